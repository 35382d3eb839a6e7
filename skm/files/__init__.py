"""Files that offices bring, as grids of text: spreadsheets, text with separators, web pages."""
