"""What is asked and answered: unsur, instrument, interview, response."""
