"""Telegram: telegram.Bot carries our messages; what they say is decided elsewhere."""
