"""Tells the admins what cannot be undone or gives away rights: read from the audit log."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound
from bot.request.instansi import Instansi
from bot.scheduled.recipients import admins, planned
from bot.words.log import line
from skm.instansi.official import AuditEvent, Official, Role
from skm.notices.delivery import Delivery, DeliveryKind, PlannedDelivery
from skm.store.database.database import Database
from skm.store.officials import audit_log, deliveries
from skm.store.officials.audit_log import AuditEntry

REPORTED = (AuditEvent.ENROLLED, AuditEvent.REMOVED, AuditEvent.CLOSED)
LOOK_BACK = timedelta(days=1)  # so that nothing is missed while the server is down


@dataclass(frozen=True)
class News:
    """One message to each other admin for each such entry."""

    db: Database
    instansi: Instansi

    async def plan(self, conn: AsyncConnection) -> None:
        """Plan the messages; those that are planned already stay as they are."""
        now = self.instansi.now()
        everybody = await admins(conn)
        plans: list[PlannedDelivery] = []
        for entry in await audit_log.since(conn, now - LOOK_BACK, REPORTED):
            to = [one for one in everybody if one.id != entry.official and one.since <= entry.at]
            if is_told(entry):
                plans += planned(DeliveryKind.NEWS, str(entry.id), str(entry.id), entry.at, to)
        await deliveries.plan(conn, plans)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound:
        """The entry, with the command that can undo it."""
        about = int(delivery.plan.about)
        entry = await self.db.read(lambda conn: audit_log.by_id(conn, about))
        say, language = self.instansi.catalog.say, official.language
        if entry is None:
            return Outbound(say(language, "official.news_gone"), language=language)
        text = [say(language, "official.news"), line(self.instansi, language, entry)]
        if entry.event is not AuditEvent.ENROLLED:
            return Outbound("\n".join(text), language=language)
        text.append(say(language, "official.news_admin"))
        remove = Choice(say(language, "official.button_check"), f"/petugas {entry.official}")
        return Outbound("\n".join(text), ((remove,),), language=language)


def is_told(entry: AuditEntry) -> bool:
    """Of enrolments only those of admins are news."""
    role = entry.about.partition(" ")[0]
    return entry.event is not AuditEvent.ENROLLED or role == Role.ADMIN
