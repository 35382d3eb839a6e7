"""The values that the recap as XLSX is made of; write_recap.py writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from skm.figures.report import Report
from skm.output.workbooks.tables import Cell


@dataclass(frozen=True)
class RecapLine:
    """A unit and period. Without `figures` (withheld, or no responses) `people` says why.

    `texts`: the cells of text columns, by the column's key.
    """

    unit: str
    period: str
    figures: Report | None
    people: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class RecapSheet:
    """A sheet of values only."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Spreadsheet:
    """`names`: of the sheets by "recap", "tally", "side", "charts", "answers", "dictionary".

    `columns`: keys of the columns of the recap from left to right; those that
    recap_columns.py does not know are texts. `heads`: of the columns of all sheets, by key.
    `pooled`: lines below the units' that sum all respondents up. `averages`: what is shown above
    the charts. `trend`: period and index.
    """

    title: str
    names: Mapping[str, str]
    columns: Sequence[str]
    heads: Mapping[str, str]
    lines: Sequence[RecapLine]
    pooled: Sequence[RecapLine]
    averages: RecapSheet
    trend: Sequence[tuple[str, Decimal | None]]
    trend_title: str
    unsur_title: str
    answers: RecapSheet
    dictionary: RecapSheet
