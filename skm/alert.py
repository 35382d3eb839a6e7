"""What should not wait for the digest: a lowest answer, a real drop of the band, a silent unit.

An alert has a key, the same whoever notices it, so that it is raised once. It names a unit, an
unsur, a day or a period; never a person and never a time of day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from skm.compare import Change
from skm.ikm import Tally
from skm.official import Official
from skm.report import Report
from skm.unsur import Unsur


class AlertKind(StrEnum):
    """Why somebody is alerted."""

    LOWEST = "lowest"  # an answer with nilai 1
    DROP = "drop"  # the band fell, and not by chance
    SILENT = "silent"  # nobody answered for days


@dataclass(frozen=True)
class Alert:
    """Something noticed. `about`: what its sentence needs, as text; `key` makes it unique."""

    kind: AlertKind
    upp: str
    key: str
    about: Mapping[str, str]


@dataclass(frozen=True)
class Raised:
    """An alert in the store, and who took it in hand."""

    id: int
    alert: Alert
    raised_at: datetime
    remind_at: datetime
    official: int | None = None
    acknowledged_at: datetime | None = None


def lowest(upp: str, day: date, tally: Tally) -> Alert | None:
    """One a day, however many answers had nilai 1: it names the unsur that got them."""
    named = [unsur for unsur in Unsur if tally.counts[unsur][0]]
    if not named:
        return None
    about = {"unsur": ",".join(named), "day": day.isoformat()}
    return Alert(AlertKind.LOWEST, upp, f"lowest:{upp}:{day}", about)


def drop(before: Report, now: Report) -> Alert | None:
    """The band of a period is lower than that of the one before, and the index fell for real."""
    if before.mutu is None or now.mutu is None or before.ikm is None or now.ikm is None:
        return None
    if now.mutu <= before.mutu or now.change_since(before).change is not Change.TURUN:
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
    """No answer for `after_days` days. A unit that never had one has not fallen silent."""
    if last_day is None or (today - last_day).days < after_days:
        return None
    about = {"day": last_day.isoformat(), "days": str((today - last_day).days)}
    return Alert(AlertKind.SILENT, upp, f"silent:{upp}:{last_day}", about)


def right_officials(officials: Iterable[Official], lineage: Sequence[str]) -> list[Official]:
    """Those nearest to the unit: its own, else those of the unit above, at last the instansi's.

    `lineage`: codes from the unit up to its root. `officials`: those who want alerts.
    """
    wanting = list(officials)
    for upp in (*lineage, None):
        found = [official for official in wanting if official.upp == upp]
        if found:
            return found
    return []
