"""Charts as PNG, drawn with matplotlib."""
