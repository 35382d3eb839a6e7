"""The channel to Telegram as the settings describe it."""

from collections.abc import Callable
from datetime import datetime

from bot.aside import Keep, leave
from bot.metrics import Metrics
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel, telegram_rates


def telegram_of(
    settings: Settings,
    now: Callable[[], datetime],
    metrics: Metrics | None = None,
    keep: Keep = leave,
) -> TelegramChannel:
    """Not yet open. `metrics`: counts what is sent; `keep`: keeps aside what cannot be taken."""
    name, counts = TelegramChannel.name, metrics or Metrics()
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        file_url=settings.telegram_file_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        limiter=telegram_rates(settings.telegram_rate),
        now=now,
        keep=keep,
        on_send=lambda outcome: counts.sends.add(name, outcome),
    )
