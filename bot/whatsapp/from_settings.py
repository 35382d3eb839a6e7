"""Makes the WhatsApp channel and its parts from the settings."""

from collections.abc import Callable
from datetime import datetime

from bot.request.instansi import Instansi
from bot.running.metrics import Metrics
from bot.running.settings import Settings
from bot.whatsapp.channel import WhatsAppChannel, whatsapp_rates
from bot.whatsapp.flow import published
from bot.whatsapp.http import CloudApi
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.windows import Windows
from skm.store.database.database import Database


def whatsapp_of(
    settings: Settings, db: Database, instansi: Instansi, metrics: Metrics
) -> WhatsAppChannel:
    """The channel, not yet connected. `metrics`: counts the messages sent."""
    return WhatsAppChannel(
        cloud_api_of(settings, instansi.now),
        ledger_of(settings, db, instansi.now),
        Windows(db, instansi.now),
        instansi.catalog,
        flows=published(settings.whatsapp_flow_id, settings.language),
        template=settings.whatsapp_template,
        limiter=whatsapp_rates(settings.whatsapp_rate),
        on_send=lambda outcome: metrics.sends.labels(WhatsAppChannel.name, outcome).inc(),
    )


def cloud_api_of(settings: Settings, now: Callable[[], datetime]) -> CloudApi:
    token = settings.whatsapp_token.get_secret_value()
    return CloudApi(settings.whatsapp_api_url, settings.whatsapp_phone_id, token, now)


def ledger_of(settings: Settings, db: Database, now: Callable[[], datetime]) -> Ledger:
    return Ledger(db, settings.zone, now, settings.whatsapp_monthly_budget)
