"""Spreadsheets, written with XlsxWriter."""
