"""Makes the Telegram channel from the settings."""

from collections.abc import Callable
from datetime import datetime

from bot.messaging.repeated_failures import OnUnreadable, ignore
from bot.running.metrics import Metrics
from bot.running.settings import Settings
from bot.telegram.channel import TelegramChannel, telegram_rates


def telegram_of(
    settings: Settings,
    now: Callable[[], datetime],
    metrics: Metrics | None = None,
    on_unreadable: OnUnreadable = ignore,
) -> TelegramChannel:
    """The channel, not yet connected. `metrics`: counts the messages sent."""
    sends = (metrics or Metrics()).sends
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        file_url=settings.telegram_file_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        limiter=telegram_rates(settings.telegram_rate),
        now=now,
        on_unreadable=on_unreadable,
        on_send=lambda outcome: sends.labels(TelegramChannel.name, outcome).inc(),
    )
