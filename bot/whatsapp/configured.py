"""The channel to WhatsApp as the settings describe it."""

from collections.abc import Callable
from datetime import datetime

from bot.ask import Desk
from bot.metrics import Metrics
from bot.settings import Settings
from bot.whatsapp.channel import WhatsAppChannel, whatsapp_rates
from bot.whatsapp.form import published
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.request import CloudApi


def whatsapp_of(settings: Settings, desk: Desk, metrics: Metrics) -> WhatsAppChannel:
    """Not yet open. `metrics`: counts what is sent."""
    return WhatsAppChannel(
        cloud_api_of(settings, desk.now),
        ledger_of(settings, desk),
        desk.catalog,
        flows=published(settings.whatsapp_flow_id, settings.language),
        template=settings.whatsapp_template,
        limiter=whatsapp_rates(settings.whatsapp_rate),
        on_send=lambda outcome: metrics.sends.add(WhatsAppChannel.name, outcome),
    )


def cloud_api_of(settings: Settings, now: Callable[[], datetime]) -> CloudApi:
    """The connection."""
    token = settings.whatsapp_token.get_secret_value()
    return CloudApi(settings.whatsapp_api_url, settings.whatsapp_phone_id, token, now)


def ledger_of(settings: Settings, desk: Desk) -> Ledger:
    """What it costs."""
    return Ledger(desk.db, settings.zone, desk.now, settings.whatsapp_monthly_budget)
