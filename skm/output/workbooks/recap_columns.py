"""The columns of the recap's sheets: tallies are numbers, every other figure is a formula on them.

A formula carries the figure that we computed, so that a program that does not compute shows the
same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final, Literal, NamedTuple

from skm.figures.ikm import Mutu
from skm.figures.report import Report
from skm.figures.sample import margin_of_error
from skm.figures.validity import GRATIS, gratis, ikm_without_u4
from skm.output.workbooks.formats import address
from skm.output.workbooks.recap import RecapLine
from skm.survey.instrument import NILAI
from skm.survey.unsur import Unsur

UNIT: Final = 42  # characters of a unit's name before it wraps
PEOPLE: Final = 16  # holds what is said instead of how many, in any language
TEXT: Final = 22

Style = Literal["text", "whole", "two", "three"]


class Formula(NamedTuple):
    """A formula as spreadsheet programs read it, and its result as we computed it."""

    text: str
    result: Decimal | int | str


Content = Formula | Decimal | int | str | None


@dataclass(frozen=True)
class SheetRow:
    """The row of a line. `number`: of its unit, None below the units. `tally`: the name of the
    sheet of tallies. `columns`: where the columns of this sheet stand, by key.
    """

    at: int
    line: RecapLine
    number: int | None
    tally: str
    columns: Mapping[str, int]

    def here(self, key: str) -> str:
        """The address of a cell of this row."""
        return address(self.at, self.columns[key])

    def counted(self, first: str, last: str = "") -> str:
        """The address of a cell of the same row in the tally, or of the cells up to `last`."""
        begin = address(self.at, TALLY_AT[first], self.tally)
        return f"{begin}:{address(self.at, TALLY_AT[last])}" if last else begin


@dataclass(frozen=True)
class SheetColumn:
    """`figures`: the content for a line with figures. `line`: the content for any other line, and
    for all if there is no `figures`. `width`: in characters.
    """

    key: str
    width: float | None = None
    style: Style = "text"
    line: Callable[[SheetRow], Content] | None = None
    figures: Callable[[SheetRow, Report], Content] | None = None

    def content(self, row: SheetRow) -> Content:
        found = row.line.figures
        if self.figures and found and found.ikm is not None:
            return self.figures(row, found)
        return self.line(row) if self.line else None


def count_key(unsur: Unsur, nilai: int) -> str:
    """The key of the column that counts how often an unsur got a nilai."""
    return f"{unsur} = {nilai}"


def nrr_key(unsur: Unsur) -> str:
    return f"nrr {unsur}"


def text_column(key: str) -> SheetColumn:
    """A column of text that the lines bring."""
    return SheetColumn(key, TEXT, line=lambda row: row.line.texts[key])


def _count(unsur: Unsur, nilai: int, row: SheetRow, found: Report) -> Content:
    return found.tally.counts[unsur][nilai - 1]


def _nrr(unsur: Unsur, row: SheetRow, found: Report) -> Content:
    cells = [row.here(count_key(unsur, nilai)) for nilai in NILAI]
    sums = "+".join(f"{nilai}*{cell}" for nilai, cell in zip(NILAI, cells, strict=True))
    return Formula(f"=({sums})/SUM({cells[0]}:{cells[-1]})", (found.nrr or {})[unsur])


def _nilai(unsur: Unsur, row: SheetRow, found: Report) -> Content:
    text = f"=ROUND(25*{row.counted(nrr_key(unsur))},2)"
    return Formula(text, (found.nilai or {})[unsur])


def _nine(row: SheetRow) -> str:
    """The address of the nine nrr."""
    first, *_, last = map(nrr_key, Unsur)
    return row.counted(first, last)


def _ikm(row: SheetRow, found: Report) -> Content:
    return Formula(f"=ROUND(25*SUM({_nine(row)})/9,2)", found.ikm or 0)


def _band(row: SheetRow, found: Report) -> Content:
    """One lower bound a band, the highest first."""
    ikm, (a, b, c, d) = row.here("ikm"), Mutu
    text = (
        f'=IF({ikm}>={a.lower_bound},"{a}",IF({ikm}>={b.lower_bound},"{b}",'
        f'IF({ikm}>={c.lower_bound},"{c}","{d}")))'
    )
    return Formula(text, str(found.mutu))


def _people(row: SheetRow, found: Report) -> Content:
    return Formula(f"={row.counted('responden')}", found.responden)


def _margin(row: SheetRow, found: Report) -> Content:
    return margin_of_error(found.responden, found.population) or Decimal(0)


def _without_u4(row: SheetRow, found: Report) -> Content:
    text = f"=ROUND(25*(SUM({_nine(row)})-{row.counted(nrr_key(Unsur.U4))})/8,2)"
    return Formula(text, ikm_without_u4(found.tally) or 0)


def _gratis(row: SheetRow, found: Report) -> Content:
    first, *_, last = (count_key(Unsur.U4, nilai) for nilai in NILAI)
    free = row.counted(count_key(Unsur.U4, GRATIS))
    text = f"=ROUND(100*{free}/SUM({row.counted(first, last)}),2)"
    return Formula(text, gratis(found.tally) or 0)


_UNIT = SheetColumn("unit", UNIT, line=lambda row: row.line.unit)
_PERIOD = SheetColumn("period_short", 20, line=lambda row: row.line.period)
_RESPONDEN = SheetColumn("responden", PEOPLE, "whole", lambda row: row.line.people, _people)

RECAP: Final = {
    column.key: column
    for column in (
        SheetColumn("number", 5, "whole", line=lambda row: row.number),
        _UNIT,
        _PERIOD,
        *(SheetColumn(unsur, 9, "two", figures=partial(_nilai, unsur)) for unsur in Unsur),
        SheetColumn("ikm", 9, "two", figures=_ikm),
        SheetColumn("band", 9, figures=_band),
        _RESPONDEN,
    )
}
"""The columns of the recap that are not texts, by key."""

SIDE: Final = (
    _UNIT,
    _PERIOD,
    _RESPONDEN,
    SheetColumn("target", 16, "whole", figures=lambda row, found: found.target),
    SheetColumn("margin", 16, "two", figures=_margin),
    SheetColumn("without_u4", 16, "two", figures=_without_u4),
    SheetColumn("gratis", 16, "two", figures=_gratis),
)
"""Beside the index, never instead of it."""

TALLY: Final = (
    _UNIT,
    _PERIOD,
    SheetColumn(
        "responden", PEOPLE, "whole",
        line=lambda row: row.line.people, figures=lambda row, found: found.responden,
    ),
    *(
        SheetColumn(count_key(unsur, nilai), None, "whole", figures=partial(_count, unsur, nilai))
        for unsur in Unsur
        for nilai in NILAI
    ),
    *(
        SheetColumn(nrr_key(unsur), None, "three", figures=partial(_nrr, unsur))
        for unsur in Unsur
    ),
)  # fmt: skip
"""Withheld groups have no tally either."""

TALLY_AT: Final = {column.key: at for at, column in enumerate(TALLY)}
