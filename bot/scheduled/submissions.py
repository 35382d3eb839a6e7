"""Reminders of reports that were not handed in, and word of those that were returned.

One summary in the week before the deadline and one after it, to the officials nearest to a unit
that has not handed in, and to the admins of the instansi. A deadline that is moved is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound
from bot.messaging.text_length import TEXT, joined, whole_lines
from bot.request.arguments import subject_of
from bot.request.instansi import Instansi
from bot.request.request import Topic
from bot.request.submissions import read_submission
from bot.scheduled.recipients import planned, wanting_alerts
from bot.words.names import period_words
from bot.words.submission import COMMAND, SubmissionWording
from skm.instansi.official import Action, Official, may
from skm.instansi.period import Period, PeriodKind
from skm.notices.alert import MORNING, right_officials
from skm.notices.delivery import Delivery, DeliveryKind, PlannedDelivery
from skm.store.database.database import Database
from skm.store.officials import deliveries
from skm.store.periods import report_deadlines, submissions
from skm.store.survey import upps
from skm.submissions.deadline import ReminderStage, reported_period, stage
from skm.submissions.standing import Standing, chosen, counts
from skm.submissions.submission import SubmissionState

KIND = DeliveryKind.SUBMISSION
NAMED = 10  # units with a button


@dataclass(frozen=True)
class SubmissionReminders:
    """Plans and composes them."""

    db: Database
    instansi: Instansi

    async def plan(self) -> None:
        """Plan what is due today and is not planned yet."""
        plans = await self.db.read(self._due)
        if plans:
            await self.db.write(lambda conn: deliveries.plan(conn, plans))

    async def _due(self, conn: AsyncConnection) -> list[PlannedDelivery]:
        period = self._period
        deadline, due = await self._stage(conn, period)
        people = await wanting_alerts(conn)
        missing = await submissions.missing(conn, period)
        tree = await upps.tree_by_id(conn)
        ids = {code: id for id, (code, _) in tree.items()}
        nearest = [
            (row, _nearest(people, list(upps.upward(tree, ids[row.unit.code])))) for row in missing
        ]
        now, plans = self.instansi.now(), list[PlannedDelivery]()
        for row, officials in nearest:
            if row.state is SubmissionState.RETURNED:
                about = f"{row.unit.code} {period}"
                key = f"{about}:{row.submission.version}"
                plans += planned(KIND, key, about, now, officials)
        if due and missing:
            to = {one.id: one for _, officials in nearest for one in officials}
            to |= {one.id: one for one in people if may(one, Action.REVIEW, ())}
            at = datetime.combine(self.instansi.today, MORNING, self.instansi.zone)
            plans += planned(KIND, f"{period}:{due}:{deadline}", f"{period} {due}", at, to.values())
        return plans

    @property
    def _period(self) -> Period:
        today = self.instansi.today
        return reported_period(Period.of(PeriodKind.QUARTER, today), today)

    async def _stage(
        self, conn: AsyncConnection, period: Period
    ) -> tuple[date, ReminderStage | None]:
        deadline = await report_deadlines.of(conn, period, self.instansi.report_days)
        return deadline, stage(deadline, self.instansi.today)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound | None:
        """The message as things stand when it is sent; None if it does not apply any more."""
        first, _, second = delivery.plan.about.partition(" ")
        if second in set(ReminderStage):
            period, planned_for = Period.parse(first), ReminderStage(second)
            return await self.db.read(
                lambda conn: self._summary(conn, official, period, planned_for)
            )
        return await self.db.read(
            lambda conn: self._returned(conn, official, first, Period.parse(second))
        )

    async def _summary(
        self, conn: AsyncConnection, official: Official, period: Period, planned_for: ReminderStage
    ) -> Outbound | None:
        deadline, due = await self._stage(conn, period)
        rows = await submissions.standings(conn, official.upp, period)
        missing = chosen(rows, "missing")
        if due is not planned_for or not missing:
            return None
        unit = await upps.by_code(conn, official.upp) if official.upp else None
        topic = Topic(self.instansi, official.language, await subject_of(conn, unit, period))
        words = SubmissionWording(topic)
        reader = "organiser" if may(official, Action.REVIEW, ()) else "remind"
        head = words.say(
            f"{reader}_{due}",
            period=period_words(topic, period),
            day=deadline,
            found=len(missing),
            total=len(rows),
            check=counts(rows)["to_check"],
        )
        return topic.message(
            whole_lines(joined(head, *_named(words, missing)), TEXT), _buttons(period, missing)
        )

    async def _returned(
        self, conn: AsyncConnection, official: Official, code: str, period: Period
    ) -> Outbound | None:
        unit = await upps.by_code(conn, code)
        if unit is None:
            return None
        view = await read_submission(conn, self.instansi, unit, period)
        if view.returned is None or not may(official, Action.HAND_IN, view.lineage):
            return None
        topic = Topic(self.instansi, official.language, await subject_of(conn, unit, period))
        return SubmissionWording(topic).view(view, view.offered(official))


def _nearest(people: Sequence[Official], lineage: Sequence[str]) -> list[Official]:
    """The officials of units who hand in the report of a unit; admins of the instansi have their
    own summary.
    """
    able = [one for one in people if one.upp and may(one, Action.HAND_IN, lineage)]
    return right_officials(able, lineage)


def _named(words: SubmissionWording, missing: Sequence[Standing]) -> list[str]:
    lines = [
        words.say("row", name=row.unit.name, state=words.say(row.state.value))
        for row in missing[:NAMED]
    ]
    more = len(missing) - NAMED
    return [*lines, *([words.say("more", n=more)] if more > 0 else [])]


def _buttons(period: Period, missing: Sequence[Standing]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(
        (Choice(row.unit.name, f"{COMMAND} {row.unit.code} {period}"),) for row in missing[:NAMED]
    )
