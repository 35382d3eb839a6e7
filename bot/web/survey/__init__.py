"""The survey as a web page."""
