"""The channel to Telegram: its Bot API through python-telegram-bot."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # durations as timedelta; PTB warns otherwise
