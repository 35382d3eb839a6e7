"""The commands of `skm`, a file for each group; main.py has the list."""
