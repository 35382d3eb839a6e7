"""What the recap as XLSX is made of (xlsx.py writes it)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from skm.output.workbook import Cell
from skm.report import Figures


@dataclass(frozen=True)
class Line:
    """A unit and period. Without `figures` (hidden, or nobody answered) `people` says why.

    `after`: method, priority, plan and realised, as they are written.
    """

    unit: str
    period: str
    figures: Figures | None
    people: str
    after: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A sheet of values only."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Spreadsheet:
    """`names`: of the sheets by "recap", "tally", "side", "charts", "answers", "dictionary".

    `recap`, `tally` and `side`: the heads of these sheets. `pooled`: lines below the units' that
    sum all respondents up. `averages`: what is shown above the charts. `trend`: period and index.
    """

    title: str
    names: Mapping[str, str]
    recap: Sequence[str]
    tally: Sequence[str]
    side: Sequence[str]
    lines: Sequence[Line]
    pooled: Sequence[Line]
    averages: Table
    trend: Sequence[tuple[str, Decimal | None]]
    trend_title: str
    unsur_title: str
    answers: Table
    dictionary: Table
