"""What `skm doctor` asks WhatsApp: whether the token opens the phone, and how it is rated."""

from collections.abc import Callable
from datetime import datetime

from bot.channel import SendError
from bot.checkup import Findings, advice, mend, ok
from bot.settings import Settings
from bot.whatsapp.configured import cloud_api_of
from bot.whatsapp.request import CloudApi


async def whatsapp(settings: Settings, now: Callable[[], datetime]) -> Findings:
    """Whether what the settings say is so."""
    async with cloud_api_of(settings, now) as api:
        async for finding in _asked(api, settings.whatsapp_number):
            yield finding


async def _asked(api: CloudApi, number: str) -> Findings:
    """`number`: what SKM_WHATSAPP_NUMBER says."""
    try:
        phone = await api.about()
    except SendError as error:
        yield mend("whatsapp", f"{error}.")
        return
    theirs = _digits(phone.get("display_phone_number"))
    if theirs and theirs != _digits(number):
        yield mend("whatsapp", f"SKM_WHATSAPP_NUMBER is not this phone's, which is {theirs}.")
    else:
        yield ok("whatsapp", f"The token opens the phone {theirs or 'of SKM_WHATSAPP_PHONE_ID'}.")
    if phone.get("quality_rating") == "RED":
        yield advice("whatsapp", "Its quality is rated low: people report our messages.")


def _digits(value: object) -> str:
    return "".join(filter(str.isdigit, str(value or "")))
