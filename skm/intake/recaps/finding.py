"""What an audit of a recap finds, as values without words."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from skm.instansi.period import Period
from skm.intake.recaps.recap import RecapRow
from skm.survey.unsur import Unsur


class Check(StrEnum):
    """What was found; the comments say what `printed` and `expected` hold."""

    WEIGHT = "weight"  # the weight of an unsur in all `rows`; 1/9
    INDEX = "index"  # the index; the mean of its unsur
    MUTU = "mutu"  # the band; that of the printed index
    PRIORITY = "priority"  # the three named; the three lowest
    PRIORITY_COUNT = "priority_count"  # how many are named; three
    SAME_UNSUR = "same_unsur"  # the index; that of `since`, from the same nine unsur
    FEWER_RESPONDENTS = "fewer_respondents"  # a parent's number; that of its children together
    CHILDREN = "children"  # a parent's figure; the nearest that its children leave possible
    NO_PARENT = "no_parent"  # the parent's name, which has no row in the period; None
    AVERAGE = "average"  # an average of the city; the mean of the rows
    REALISED = "realised"  # the realised share; the nearest number of thirds


Value = Decimal | int | str | tuple[Unsur, ...]


@dataclass(frozen=True)
class Finding:
    """One figure to look into. `unit`: None if it is the city's, or that of all rows.

    `tolerance`: the largest difference that rounding can explain. `unsur`: which figure of a
    parent or of the city; None for the index. `since`: the earlier period with the same unsur.
    `by_respondents`: the mean of the rows weighted by their respondents, where `expected` is the
    plain one. `rows`: those that a wrong weight explains.
    """

    check: Check
    unit: str | None
    period: Period
    printed: Value
    expected: Value | None
    tolerance: Decimal | None = None
    unsur: Unsur | None = None
    since: Period | None = None
    by_respondents: Decimal | None = None
    rows: tuple[RecapRow, ...] = ()
