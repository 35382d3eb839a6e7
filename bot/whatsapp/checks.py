"""The checks of `skm doctor` for WhatsApp: the token, the phone number and its quality rating."""

from collections.abc import Callable
from datetime import datetime

from bot.doctor.checks import CheckResults, advice, mend, ok
from bot.messaging.channel import SendError
from bot.running.settings import Settings
from bot.whatsapp.from_settings import cloud_api_of


async def whatsapp(settings: Settings, now: Callable[[], datetime]) -> CheckResults:
    """Asks the Cloud API about the phone of SKM_WHATSAPP_PHONE_ID."""
    try:
        async with cloud_api_of(settings, now) as api:
            phone = await api.about()
    except SendError as error:
        yield mend("whatsapp", f"{error}.")
        return
    number = _digits(phone.get("display_phone_number"))
    if number and number != _digits(settings.whatsapp_number):
        yield mend("whatsapp", f"SKM_WHATSAPP_NUMBER is not this phone's, which is {number}.")
    else:
        yield ok("whatsapp", f"The token opens the phone {number or 'of SKM_WHATSAPP_PHONE_ID'}.")
    if phone.get("quality_rating") == "RED":
        yield advice("whatsapp", "Its quality rating is low: recipients report our messages.")


def _digits(value: object) -> str:
    return "".join(filter(str.isdigit, str(value or "")))
