"""The table in a file: its cells, its headings, and which column is what."""
