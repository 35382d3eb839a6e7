"""Telegram: telegram.Bot carries our messages; what they say is decided elsewhere."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # durations as timedelta, else PTB warns at each
