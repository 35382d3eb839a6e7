"""Reads what the watch table shows of each unit: figures, last answer, officers, plans overdue."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.compare import Change, Comparison, believed
from skm.figures.report import Report
from skm.follow_up.tindak_lanjut import FollowUpState
from skm.instansi.period import Period
from skm.instansi.target import Pace
from skm.instansi.upp import Upp
from skm.store.figures import reports
from skm.store.officials import alerts, officials
from skm.store.periods import follow_ups, submissions
from skm.store.survey import upps
from skm.submissions.deadline import reported_period
from skm.submissions.submission import MISSING, SubmissionState


@dataclass(frozen=True)
class WatchRow:
    """A unit in a period. `depth`: how many units stand above it in the table, from 0.

    `before`: the report of the period before. `last`: the last day with a response to the unit
    itself or below. `has_counter`: whether it or a unit below can be answered at all. `officers`:
    how many officials belong to the unit. `overdue`: follow-ups past their deadline.
    `change`: since the period before, judged together with those of all rows; None if one of the
    two figures is withheld. `is_behind`, `pace`: see Report. `reported`: the state of the report of
    the newest period that is over, None if the unit owes none.
    """

    unit: Upp
    depth: int
    report: Report
    before: Report
    last: date | None
    has_counter: bool
    officers: int
    overdue: int
    is_behind: bool
    pace: Pace | None
    change: Comparison | None
    reported: SubmissionState | None = None

    @property
    def is_silent(self) -> bool:
        """No respondent in the period, although there is a counter."""
        return self.has_counter and not self.report.responden

    @property
    def is_missing(self) -> bool:
        """Whether the unit still has to hand in its report."""
        return self.reported in MISSING

    @property
    def fell(self) -> bool:
        """The index fell by more than chance."""
        return self.change is not None and self.change.change is Change.TURUN


async def rows(
    conn: AsyncConnection, code: str | None, period: Period, today: date
) -> list[WatchRow]:
    """A row for each unit of a subtree (None: of the whole instansi), parents before children, in
    the order of their codes.
    """
    tree = in_order(await (upps.subtree(conn, code) if code else upps.listed(conn)))
    units = [unit for unit, _ in tree]
    now = await reports.of_each(conn, units, period)
    before = await reports.of_each(conn, units, period.previous())
    changes = _changes(now, before)
    answered = await alerts.last_answers(conn)
    last = _below(units, answered)
    officers = Counter(official.upp for official in await officials.listed(conn))
    overdue = await _overdue(conn, today)
    owed = await submissions.owed_of(conn, reported_period(period, today), answered)
    return [
        WatchRow(
            unit=unit,
            depth=depth,
            report=report,
            before=earlier,
            last=max((day for day in last.get(unit.code, ()) if day), default=None),
            has_counter=unit.code in last,
            officers=officers[unit.code],
            overdue=overdue[unit.code],
            is_behind=report.is_behind(today),
            pace=report.pace(today),
            change=changes.get(unit.code),
            reported=owed[unit.code].state if unit.code in owed else None,
        )
        for (unit, depth), report, earlier in zip(tree, now, before, strict=True)
    ]


def _changes(now: Sequence[Report], before: Sequence[Report]) -> dict[str, Comparison]:
    pairs = zip(now, before, strict=True)
    return believed(
        {
            report.upp: report.change_since(earlier)
            for report, earlier in pairs
            if report.is_shown and earlier.is_shown
        }
    )


def in_order(units: Sequence[Upp]) -> list[tuple[Upp, int]]:
    """The units as a tree, each with its depth: parents before their children, by code."""
    known = {unit.code for unit in units}
    children: dict[str | None, list[Upp]] = {}
    for unit in sorted(units, key=lambda unit: unit.code):
        parent = unit.parent if unit.parent in known else None
        children.setdefault(parent, []).append(unit)
    found: list[tuple[Upp, int]] = []
    waiting = [(unit, 0) for unit in reversed(children.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(unit.code, []))]
    return found


def _below(units: Sequence[Upp], last: Mapping[str, date | None]) -> dict[str, list[date | None]]:
    """Unit code → the last answers of the counters of the unit and of all below it."""
    parents = {unit.code: unit.parent for unit in units}
    found: dict[str, list[date | None]] = {}
    for code, day in last.items():
        above: str | None = code
        while above in parents:
            found.setdefault(above, []).append(day)
            above = parents[above]
    return found


async def _overdue(conn: AsyncConnection, today: date) -> Counter[str]:
    """Unit code → how many planned follow-ups are past their deadline."""
    items = (item for some in await follow_ups.unfinished(conn) for item in some)
    return Counter(item.upp for item in items if item.state(today) is FollowUpState.OVERDUE)
