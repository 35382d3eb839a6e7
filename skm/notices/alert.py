"""What should not wait for the digest: a lowest answer, a drop of the band, a unit without answers.

An alert has a key by which it is raised only once. It names a unit, an unsur, a day or a period;
never a person and never a time of day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from skm.figures.compare import Change, believed
from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.instansi.official import Official
from skm.survey.unsur import Unsur

MORNING = time(7, 30)
SILENT_AFTER = 14  # days; the default


class AlertKind(StrEnum):
    LOWEST = "lowest"  # an answer with nilai 1
    DROP = "drop"  # the band fell, and the index by more than chance
    SILENT = "silent"  # no response for days


@dataclass(frozen=True)
class Alert:
    """`key` makes it unique. `about`: the values that its sentence needs, as text."""

    kind: AlertKind
    upp: str
    key: str
    about: Mapping[str, str]


@dataclass(frozen=True)
class Raised:
    """An alert in the store. `official`: who acknowledged it."""

    id: int
    alert: Alert
    raised_at: datetime
    remind_at: datetime
    official: int | None = None
    acknowledged_at: datetime | None = None


def lowest(upp: str, day: date, tally: Tally) -> Alert | None:
    """The alert of a day in which answers had nilai 1; one however many they are. `tally`: of the
    unit's own responses of that day.
    """
    named = [unsur for unsur in Unsur if tally.counts[unsur][0]]
    if not named:
        return None
    about = {"unsur": ",".join(named), "day": day.isoformat()}
    return Alert(AlertKind.LOWEST, upp, f"lowest:{upp}:{day}", about)


def drops(pairs: Sequence[tuple[Report, Report]]) -> list[Alert]:
    """The alerts of units whose band is below that of the period before and whose index fell.

    `pairs`: the reports before and now of all units, whose changes are looked at together; a unit
    of which one of them may not be shown has no alert.
    """
    shown = [(before, now) for before, now in pairs if before.is_shown and now.is_shown]
    changes = believed({now.upp: now.change_since(before) for before, now in shown})
    fallen = (pair for pair in shown if changes[pair[1].upp].change is Change.TURUN)
    return [alert for before, now in fallen if (alert := _drop(before, now))]


def _drop(before: Report, now: Report) -> Alert | None:
    if before.mutu is None or now.mutu is None or now.mutu <= before.mutu:
        return None
    about = {
        "period": str(now.period),
        "before": before.mutu,
        "after": now.mutu,
        "ikm_before": str(before.ikm),
        "ikm_after": str(now.ikm),
    }
    return Alert(AlertKind.DROP, now.upp, f"drop:{now.upp}:{now.period}", about)


def silent(upp: str, last_day: date | None, today: date, after_days: int) -> Alert | None:
    """The alert of a unit without a response for `after_days` days; none if it never had one."""
    if last_day is None or (today - last_day).days < after_days:
        return None
    about = {"day": last_day.isoformat(), "days": str((today - last_day).days)}
    return Alert(AlertKind.SILENT, upp, f"silent:{upp}:{last_day}", about)


def right_officials(officials: Iterable[Official], lineage: Sequence[str]) -> list[Official]:
    """The officials nearest to the unit: its own, else those of the unit above, and so on up to the
    instansi's. `lineage`: codes from the unit up to its root. `officials`: who wants alerts.
    """
    wanting = list(officials)
    for upp in (*lineage, None):
        found = [official for official in wanting if official.upp == upp]
        if found:
            return found
    return []


def remind_at(today: date, zone: tzinfo) -> datetime:
    """When an alert that nobody acknowledged is sent again: tomorrow, 07.30 in the zone."""
    return datetime.combine(today + timedelta(days=1), MORNING, zone)
