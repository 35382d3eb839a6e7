"""Templates, static files and the headers that every page carries."""
