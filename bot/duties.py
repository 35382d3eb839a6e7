"""The jobs that a deployment runs by itself, and the sender with what composes each delivery."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.deployment import Deployment
from bot.housekeeping import housekeeping
from bot.scheduled.alerts import Alerts
from bot.scheduled.clock import Duty
from bot.scheduled.digests import Digests
from bot.scheduled.news import News
from bot.scheduled.reminders import Reminders
from bot.scheduled.sender import Compose, Sender
from bot.scheduled.still_wanted import still_wanted
from bot.scheduled.submissions import SubmissionReminders
from bot.scheduled.unreadable import UnreadableMessages
from bot.whatsapp.budget import Budget
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.from_settings import ledger_of
from skm.notices.delivery import DeliveryKind

DETECT_ALERTS = timedelta(minutes=15)
HOURLY = timedelta(hours=1)


def duties(app: Deployment) -> list[Duty]:
    """All jobs in the order in which they run; what is planned is sent at the end."""
    alerts, digests, news = alerts_of(app), digests_of(app), News(app.db, app.instansi)
    unreadable = UnreadableMessages(app.db, app.instansi)
    return [
        *housekeeping(app.inbox, app.settings.retention_months),
        Duty("detect alerts", lambda: app.db.write(alerts.detect), every=DETECT_ALERTS),
        Duty("plan digests", lambda: app.db.write(digests.plan)),
        Duty("plan alerts", lambda: app.db.write(alerts.plan)),
        Duty("plan news", lambda: app.db.write(news.plan)),
        Duty("report unreadable messages", lambda: app.db.write(unreadable.plan)),
        Duty("plan reminders", Reminders(app.db, app.instansi).plan, every=HOURLY),
        Duty("plan reminders of reports", reports_of(app).plan, every=HOURLY),
        Duty("watch the budget", budget_of(app).check),
        *deliver(sender_of(app)),
    ]


def deliver(sender: Sender) -> list[Duty]:
    """Sending, each lane apart from the others."""
    lanes = [
        Duty(f"deliver ({lane.name})", partial(sender.deliver_lane, lane), apart=True)
        for lane in sender.lanes
    ]
    return [Duty("tidy deliveries", sender.tidy), *lanes]


def digests_of(app: Deployment) -> Digests:
    return Digests(app.db, app.instansi, app.workers, app.inbox.instrument, app.settings.thresholds)


def alerts_of(app: Deployment) -> Alerts:
    return Alerts(app.db, app.instansi, app.settings.silent_days)


def reports_of(app: Deployment) -> SubmissionReminders:
    return SubmissionReminders(app.db, app.instansi)


def budget_of(app: Deployment) -> Budget:
    """WhatsApp's budget, counted by the channel's own ledger if the channel is open."""
    channel = app.channels.get(WhatsAppChannel.name)
    own = channel.ledger if isinstance(channel, WhatsAppChannel) else None
    ledger = own or ledger_of(app.settings, app.db, app.instansi.now)
    return Budget(app.db, app.instansi.catalog, ledger)


def sender_of(app: Deployment) -> Sender:
    """Sends the deliveries that are due."""
    alerts = alerts_of(app)
    compose: Mapping[DeliveryKind, Compose] = {
        DeliveryKind.DIGEST: digests_of(app).compose,
        DeliveryKind.LOWEST: alerts.compose,
        DeliveryKind.ALERT: alerts.compose,
        DeliveryKind.BLOCKED: alerts.compose_blocked,
        DeliveryKind.BUDGET: budget_of(app).compose,
        DeliveryKind.FOLLOW_UP: Reminders(app.db, app.instansi).compose,
        DeliveryKind.SUBMISSION: reports_of(app).compose,
        DeliveryKind.NEWS: News(app.db, app.instansi).compose,
        DeliveryKind.UNREADABLE: UnreadableMessages(app.db, app.instansi).compose,
    }
    return Sender(
        app.db,
        app.channels,
        lambda due, official: compose[due.plan.kind](due, official),
        app.instansi.now,
        app.shutdown,
        still_wanted,
    )
