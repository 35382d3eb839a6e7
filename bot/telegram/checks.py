"""The checks of `skm doctor` for Telegram: the token, and where updates are posted to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram.error import TelegramError

from bot.doctor.checks import CheckResult, CheckResults, advice, mend, ok
from bot.running.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.contract import WebhookInfo
from bot.telegram.from_settings import telegram_of

RECENT = 3600  # seconds
MAX_PENDING = 100  # updates


async def telegram(settings: Settings, now: Callable[[], datetime]) -> CheckResults:
    """Asks the Bot API; raises TokenRefused."""
    async with telegram_of(settings, now) as channel:
        async for result in _check(channel, settings.telegram_webhook_url, now()):
            yield result
    host = urlsplit(settings.public_url).hostname or ""
    if host and "." not in host:
        yield advice(
            "buttons",
            f"Telegram takes no buttons that lead to {host}, so links are sent as text: give"
            " SKM_PUBLIC_URL a host with a domain.",
        )


async def _check(channel: TelegramChannel, webhook_url: str, now: datetime) -> CheckResults:
    """`webhook_url`: where Telegram should post updates, "" for polling."""
    name = await channel.fetch_bot_name(tries=1)
    if not name:
        yield mend("telegram", "It cannot be reached: check this machine's network and its proxy.")
        return
    yield ok("telegram", f"The token belongs to @{name}.")
    try:
        info = await channel.webhook_info()
    except TelegramError as error:
        yield advice(
            "webhook", f"Telegram does not say where it posts updates ({type(error).__name__})."
        )
        return
    yield _webhook(info, webhook_url)
    if info["pending_update_count"] > MAX_PENDING:
        yield advice("updates", f"{info['pending_update_count']} wait: is `skm serve` running?")
    failed = info.get("last_error_date")
    ago = now.timestamp() - (failed if type(failed) is int else 0)
    if webhook_url and 0 <= ago < RECENT:
        yield mend(
            "webhook",
            f"Telegram could not deliver at {now - timedelta(seconds=ago):%H:%M} UTC"
            f" ({str(info.get('last_error_message', 'no reason given'))[:100]}): is it reachable"
            " from outside, with a valid certificate?",
        )


def _webhook(info: WebhookInfo, wanted: str) -> CheckResult:
    """Names hosts only, since a path may be a secret."""
    url = info["url"]
    if url == wanted:
        text = f"Telegram posts to {urlsplit(wanted).hostname}" if wanted else "Not used: polling"
        return ok("webhook", f"{text}; {info['pending_update_count']} updates wait.")
    if url:
        return mend(
            "webhook",
            f"Telegram posts to {urlsplit(url).hostname}, not to SKM_TELEGRAM_WEBHOOK_URL:"
            " restart `skm serve`, which sets it.",
        )
    return mend("webhook", "Telegram does not post updates yet: start `skm serve`, which sets it.")
