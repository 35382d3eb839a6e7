"""The purge: after the retention nothing that could lead to a person is left; the figures are.

Answers, their unit, layanan and day stay, and with them every tally, closing and seal. What goes is
who, when exactly, where exactly, what was written freely, and which profile belongs to which
answers: how many chose what is kept by unit and month. Each piece is a transaction of its own and
may be repeated, so a purge can be stopped anywhere.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period, PeriodKind
from skm.notices.delivery import DeliveryState
from skm.privacy.retention import at_noon, blurred
from skm.progress import Advance
from skm.store.database.database import Database, Work
from skm.store.figures import old_profiles
from skm.store.schema.counts import tally
from skm.store.schema.intake import batch, upload
from skm.store.schema.messages import delivery
from skm.store.schema.officials import alert, invitation, log, official
from skm.store.schema.paper import paper_form
from skm.store.schema.periods import draft
from skm.store.schema.survey import response, visit
from skm.store.schema.survey import ticket as ticket_table

CHUNK = 500
OVER = frozenset(DeliveryState) - {
    DeliveryState.DUE,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
}


@dataclass(frozen=True)
class Rest:
    """Rows of a table that go, or (`blank`) lose these values. `name`: what an operator reads."""

    name: str
    table: Table
    old: Callable[[datetime], ColumnElement[bool]]
    blank: Mapping[str, object] | None = None


RESTS = (
    Rest("deliveries", delivery, lambda at: (delivery.c.due_at < at) & delivery.c.state.in_(OVER)),
    Rest("tickets", ticket_table, lambda at: ticket_table.c.spent_at < at),
    Rest("invitations", invitation, lambda at: invitation.c.expires_at < at),
    Rest("drafts", draft, lambda at: draft.c.touched_at < at),
    Rest("paper forms", paper_form, lambda at: paper_form.c.read_at < at),
    Rest("log lines", log, lambda at: log.c.at < at),
    Rest(
        "alerts",
        alert,
        lambda at: (alert.c.acknowledged_at < at) & alert.c.official_id.is_not(None),
        {"official_id": None},
    ),
    Rest("uploads", upload, lambda at: upload.c.touched_at < at),
    Rest(
        "batches",
        batch,
        lambda at: (batch.c.at < at) & (batch.c.name != ""),
        {"name": "", "official_id": None},
    ),
    Rest(
        "officials",
        official,
        lambda at: (official.c.removed_at < at) & (official.c.name != ""),
        {"name": ""},
    ),
)

_TELLING = or_(
    response.c.respondent.is_not(None),
    response.c.saran.is_not(None),
    response.c.started_at.is_not(None),
    response.c.collector_id.is_not(None),
    response.c.profile != "{}",
    response.c.language != "",
)


@dataclass(frozen=True)
class Purge:
    """`before`: the first day that is kept, in `zone`."""

    db: Database
    before: date
    zone: tzinfo

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.before, time(), self.zone)

    async def count(self) -> dict[str, int]:
        """What would go, by name."""

        async def read(conn: AsyncConnection) -> dict[str, int]:
            found = {"responses": response, "visits": visit}
            old = {"responses": self._old_responses(), "visits": self._old_visits()}
            for rest in RESTS:
                found[rest.name], old[rest.name] = rest.table, rest.old(self.moment)
            return {
                name: await conn.scalar(select(func.count()).select_from(table).where(old[name]))
                or 0
                for name, table in found.items()
            }

        return await self.db.read(read)

    async def run(self, advance: Advance = lambda rows: None) -> int:
        """Do it; how many rows. `advance` is told of each piece that is on disk."""
        done = 0
        async for piece in self._pieces():
            while rows := await self.db.write(piece):
                done += rows
                advance(rows)
        if done:
            await self.db.wipe()
        return done

    async def _pieces(self) -> AsyncIterator[Work[int]]:
        """Each is done until nothing is left of it."""
        months = (
            select(tally.c.upp_id, tally.c.start)
            .where(tally.c.kind == PeriodKind.MONTH, tally.c.start < self.before)
            .distinct()
        )

        async def read(conn: AsyncConnection) -> list[tuple[int, date]]:
            return [(unit, start) for unit, start in await conn.execute(months)]

        for unit, start in await self.db.read(read):
            yield partial(self._month, unit, Period.of(PeriodKind.MONTH, start))
        yield self._visits
        for rest in RESTS:
            yield partial(self._rest, rest)

    # --- responses -------------------------------------------------------------------------------

    def _old_responses(self) -> ColumnElement[bool]:
        return (response.c.day < self.before) & _TELLING

    async def _month(self, unit: int, month: Period, conn: AsyncConnection) -> int:
        """Some of the responses of a unit and month."""
        query = (
            select(response.c.id, response.c.day, response.c.profile)
            .where(response.c.upp_id == unit)
            .where(response.c.day >= month.start, response.c.day < month.end, _TELLING)
            .limit(CHUNK)
        )
        rows = (await conn.execute(query)).all()
        by_day: dict[date, list[str]] = {}
        for receipt, day, _ in rows:
            by_day.setdefault(day, []).append(receipt)
        for day, receipts in by_day.items():
            await conn.execute(
                update(response)
                .where(response.c.id.in_(receipts))
                .values(
                    respondent=None, saran=None, collector_id=None, profile="{}", language="",
                    started_at=None, submitted_at=at_noon(day, self.zone),
                )
            )  # fmt: skip
        await old_profiles.keep(conn, unit, month.start, (profile for *_, profile in rows))
        return len(rows)

    # --- visits and the rest ---------------------------------------------------------------------

    def _old_visits(self) -> ColumnElement[bool]:
        return (visit.c.closed_at < self.moment) & (visit.c.respondent != "")

    async def _visits(self, conn: AsyncConnection) -> int:
        """Some of the closed visits: how and on which day they ended is kept, for the funnel."""
        query = select(visit.c.id, visit.c.closed_at).where(self._old_visits()).limit(CHUNK)
        by_day: dict[datetime, list[str]] = {}
        for key, closed_at in await conn.execute(query):
            by_day.setdefault(blurred(closed_at, self.zone), []).append(key)
        for noon, keys in by_day.items():
            await conn.execute(
                update(visit)
                .where(visit.c.id.in_(keys))
                .values(respondent="", ticket=None, language="", opened_at=noon, touched_at=noon,
                        closed_at=noon)
            )  # fmt: skip
        return sum(map(len, by_day.values()))

    async def _rest(self, rest: Rest, conn: AsyncConnection) -> int:
        key = list(rest.table.primary_key.columns)
        query = select(*key).where(rest.old(self.moment)).limit(CHUNK)
        found = [tuple(row) for row in await conn.execute(query)]
        if found:
            these = tuple_(*key).in_(found) if len(key) > 1 else key[0].in_(one for (one,) in found)
            change: Any = delete(rest.table).where(these)
            if rest.blank is not None:
                change = update(rest.table).where(these).values(rest.blank)
            await conn.execute(change)
        return len(found)
