"""What a deployment does by itself, and who words what is due: all but what one channel adds."""

from collections.abc import Mapping
from datetime import timedelta

from bot.alarms import Alarms
from bot.aside import Asides
from bot.clock import Duty, housekeeping, purge
from bot.delivery import Compose, Postman
from bot.deployment import Deployment
from bot.digests import Digests
from bot.reminders import Reminders
from skm.delivery import Kind

ALERTS = timedelta(minutes=15)  # between two looks for something to alert of


def planned(app: Deployment) -> list[Duty]:
    """What the clock does before it delivers, in this order."""
    months = app.settings.retention_months
    return [
        *housekeeping(app.inbox),
        Duty("purge", lambda: purge(app.inbox, months), every=timedelta(days=1)),
        Duty("notice alerts", lambda: app.db.write(alarms_of(app).notice), ALERTS),
        Duty("plan digests", lambda: app.db.write(digests_of(app).plan)),
        Duty("plan alerts", lambda: app.db.write(alarms_of(app).plan)),
        Duty("tell what was kept aside", lambda: app.db.write(Asides(app.desk).plan)),
        Duty("plan reminders", Reminders(app.desk).plan, every=timedelta(hours=1)),
    ]


def digests_of(app: Deployment) -> Digests:
    return Digests(app.desk, app.inbox.instrument, app.settings.thresholds)


def alarms_of(app: Deployment) -> Alarms:
    return Alarms(app.desk, app.settings.silent_days)


def postman(app: Deployment, others: Mapping[Kind, Compose]) -> Postman:
    """Sends whatever is due, each kind worded by what knows it. `others`: by what we do not."""
    alarms = alarms_of(app)
    compose: Mapping[Kind, Compose] = {
        Kind.DIGEST: digests_of(app).compose,
        Kind.ALERT: alarms.compose,
        Kind.BLOCKED: alarms.compose_blocked,
        Kind.FOLLOW_UP: Reminders(app.desk).compose,
        Kind.ASIDE: Asides(app.desk).compose,
        **others,
    }
    return Postman(
        app.db,
        app.channels,
        lambda due, official: compose[due.plan.kind](due, official),
        app.now,
        app.drain,
    )
