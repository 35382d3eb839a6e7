"""Importing files of offices, and taking an import back."""
