"""What `skm doctor` asks Telegram: who we are, and where it posts to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import TelegramError

from bot.checkup import Finding, Findings, advice, mend, ok
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.configured import telegram_of

RECENT = timedelta(hours=1)
MANY = 100  # updates that wait


async def telegram(settings: Settings, now: Callable[[], datetime]) -> Findings:
    """Raises TokenRefused."""
    async with telegram_of(settings, now) as channel:
        async for finding in _asked(channel, settings.telegram_webhook_url, now()):
            yield finding


async def _asked(channel: TelegramChannel, webhook_url: str, now: datetime) -> Findings:
    """`webhook_url`: where Telegram should post to, "" for polling."""
    name = await channel.username(tries=1)
    if not name:
        yield mend("telegram", "It cannot be reached: check this machine's network and its proxy.")
        return
    yield ok("telegram", f"It knows us as @{name}.")
    try:
        info = await channel.webhook_info()
    except TelegramError as error:
        yield advice(
            "webhook", f"Telegram does not say where it posts to ({type(error).__name__})."
        )
        return
    yield _where(info, webhook_url)
    if info.pending_update_count > MANY:
        yield advice("updates", f"{info.pending_update_count} wait: is `skm serve` running?")
    if webhook_url and info.last_error_date and now - info.last_error_date < RECENT:
        yield mend(
            "webhook",
            f"Telegram could not deliver at {info.last_error_date:%H:%M} UTC"
            f" ({(info.last_error_message or 'no reason given')[:100]}): is it reachable from"
            " outside, with a valid certificate?",
        )


def _where(info: WebhookInfo, wanted: str) -> Finding:
    """Hosts only: a path may be a secret of whoever set it."""
    if info.url == wanted:
        said = f"Telegram posts to {urlsplit(wanted).hostname}" if wanted else "None: we ask"
        return ok("webhook", f"{said}; {info.pending_update_count} updates wait.")
    if info.url:
        return mend(
            "webhook",
            f"Telegram posts to {urlsplit(info.url).hostname}, which is not what"
            " SKM_TELEGRAM_WEBHOOK_URL says: restart `skm serve`, which tells it.",
        )
    return mend("webhook", "Telegram posts nowhere yet: start `skm serve`, which tells it where.")
