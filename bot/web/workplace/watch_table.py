"""Which rows of the watch table are shown, and in which order: one rule for page and download."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from skm.figures.ranking import RankedReport, ranking
from skm.figures.report import Report
from skm.instansi.find_upp import folded
from skm.intake.cells.text import escaped
from skm.store.periods.watch import WatchRow

PAGE = 100  # rows
ShownRow = TypeVar("ShownRow")

FILTERS: Mapping[str, Callable[[WatchRow], bool]] = {
    "diam": lambda row: row.is_silent,
    "target": lambda row: row.is_behind,
    "turun": lambda row: row.fell,
    "tenggat": lambda row: row.overdue > 0,
    "petugas": lambda row: not row.officers,
    "laporan": lambda row: row.is_missing,
}
"""The name of a filter in the address → whether it shows a row."""

SORTS: Mapping[str, Callable[[WatchRow], Any]] = {
    "responden": lambda row: row.report.responden,
    "perubahan": lambda row: _difference(row),
    "terakhir": lambda row: row.last,
    "tenggat": lambda row: row.overdue,
    "petugas": lambda row: row.officers,
}
"""The name of a column in the address → what it sorts by; None comes last."""

BY_INDEX = "ikm"  # sorts by the place among all rows, see `_places`


@dataclass(frozen=True)
class Selection:
    """What an address asks for. `sort`: a key of SORTS, with "-" before it the highest first; "" is
    the order of the tree. `page`: from 1.
    """

    search: str = ""
    filter: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Selection":
        """Unknown values of the address are left out."""
        name, sort = query.get("saring", ""), query.get("urut", "")
        return cls(
            search=query.get("cari", "").strip()[:80],
            filter=name if name in FILTERS else "",
            sort=sort if sort.removeprefix("-") in (*SORTS, BY_INDEX) else "",
            page=page_number(query),
        )

    def query(self, **changed: object) -> str:
        """The query string of this selection with some values changed."""
        values = {
            "cari": self.search, "saring": self.filter, "urut": self.sort, "hal": self.page,
            **changed,
        }  # fmt: skip
        return urlencode({k: v for k, v in values.items() if v and (k, v) != ("hal", 1)})


def page_number(query: Mapping[str, str]) -> int:
    """The page that an address asks for, from 1."""
    page = query.get("hal", "")
    return max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1


def select(rows: Sequence[WatchRow], wanted: Selection) -> list[WatchRow]:
    """All rows that fit, in order."""
    words = folded(wanted.search).split()
    fits = FILTERS.get(wanted.filter)
    found = [row for row in rows if (fits is None or fits(row)) and _matches(row, words)]
    if not wanted.sort:
        return found
    key = {**SORTS, BY_INDEX: _places(rows)}[wanted.sort.removeprefix("-")]
    with_value = [row for row in found if key(row) is not None]
    without = [row for row in found if key(row) is None]
    with_value.sort(key=key, reverse=wanted.sort.startswith("-"))
    return with_value + without


def _places(rows: Sequence[WatchRow]) -> Callable[[WatchRow], Any]:
    """The place of a row's index, the lowest first, so that neither end is taken by units with few
    responses; None for those with too few for a rank.
    """
    order = ranking([row.report for row in rows]).ranked
    places = {one.report.upp: at for at, one in enumerate(order)}
    return lambda row: places.get(row.report.upp)


def ranks(rows: Sequence[WatchRow]) -> dict[str, tuple[RankedReport, int]]:
    """Code → the ranks that a unit may have among those below the same unit, and of how many."""
    siblings: dict[str | None, list[Report]] = {}
    for row in rows:
        siblings.setdefault(row.unit.parent, []).append(row.report)
    return {
        one.report.upp: (one, len(order))
        for reports in siblings.values()
        if len(order := ranking(reports).ranked) > 1
        for one in order
    }


def needs(rows: Sequence[WatchRow]) -> dict[str, int]:
    """How many rows each filter shows."""
    return {name: sum(map(fits, rows)) for name, fits in FILTERS.items()}


def paged(rows: Sequence[ShownRow], page: int) -> tuple[Sequence[ShownRow], int]:
    """The rows of a page, and how many pages there are (at least one)."""
    pages = max(-(-len(rows) // PAGE), 1)
    at = (min(page, pages) - 1) * PAGE
    return rows[at : at + PAGE], pages


def as_csv(
    rows: Sequence[WatchRow], heads: Sequence[str], period: str, states: Mapping[str, str]
) -> str:
    """The rows as CSV, with figures only where they may be shown. `period`: in words. `states`: of
    reports, in words.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        shown = row.report.is_shown
        writer.writerow(
            [
                escaped(row.unit.code),
                escaped(row.unit.name),
                period,
                row.report.responden if shown or not row.report.responden else "",
                row.report.target,
                row.pace.per_day if row.pace else "",
                str(row.report.ikm) if shown else "",
                row.report.mutu if shown else "",
                " ".join(row.report.mutu_possible) if shown else "",
                _iso(row.last),
                row.officers,
                row.overdue,
                states[row.reported] if row.reported else "",
            ]
        )
    return file.getvalue()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _difference(row: WatchRow) -> Decimal | None:
    return row.change.difference if row.change else None


def _matches(row: WatchRow, words: Sequence[str]) -> bool:
    said = folded(f"{row.unit.code} {row.unit.name}")
    return all(word in said for word in words)
