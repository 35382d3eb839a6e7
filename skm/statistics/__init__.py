"""Textbook methods on plain numbers: bounds of a mean, differences, discoveries, trends, ranks."""
