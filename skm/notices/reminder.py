"""Which follow-ups of a unit its officials are reminded of, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from skm.follow_up.tindak_lanjut import GRACE, INSIST, TindakLanjut
from skm.instansi.period import Period
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class Reminder:
    """What the officials of a UPP are reminded of, about one period.

    `empty`: unsur without a plan. `overdue`: unsur whose plan is overdue.
    """

    upp: str
    period: Period
    empty: tuple[Unsur, ...]
    overdue: tuple[Unsur, ...]


def reminder(items: Sequence[TindakLanjut], today: date) -> Reminder | None:
    """The reminder that is due for a UPP's follow-ups of a period, if any.

    An empty plan is due from a week after the period, an overdue one from the day after its
    deadline; each once a week, for eight weeks.
    """
    due = [item for item in items if (since := _since(item)) and since <= today < since + INSIST]
    if not due:
        return None
    return Reminder(
        upp=due[0].upp,
        period=due[0].period,
        empty=tuple(item.unsur for item in due if item.plan is None),
        overdue=tuple(item.unsur for item in due if item.plan is not None),
    )


def _since(item: TindakLanjut) -> date | None:
    """The first day on which to remind of it; None if it is done."""
    if item.done:
        return None
    return item.plan.deadline + timedelta(days=1) if item.plan else item.period.end + GRACE
