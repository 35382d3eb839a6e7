"""One file for each command of officials."""
