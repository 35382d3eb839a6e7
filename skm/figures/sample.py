"""What a sample allows to say: how sure a figure is.

The index of a unit is the mean of the indices of its responses, so bounds for the mean of a sample
apply (`SampleMean`); the variance, and how alike the answers of one day are, come with the tally.
"""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Final

from skm.figures.ikm import SCALE, Tally, rounded
from skm.instansi.target import CHI_SQUARE, SPREAD
from skm.statistics.bounded_mean import SampleMean
from skm.statistics.clusters import design_effect
from skm.survey.unsur import Unsur

LOWEST, HIGHEST = Decimal("25.00"), Decimal("100.00")

ENOUGH: Final = 10
"""Responses from which on an interval is shown; with fewer it is as wide as half of the scale."""

Interval = tuple[Decimal, Decimal]
"""The lower and the upper bound, 25.00 to 100.00."""


def margin_of_error(n: int, population: int | None = None) -> Decimal | None:
    """The margin of a share of 50 % among n respondents, in percentage points at 95 %.

    With as many respondents as `year_sample` asks for it is 5 points. None for n = 0.
    """
    if n == 0:
        return None
    return rounded(
        Fraction(100 * math.sqrt(CHI_SQUARE * SPREAD / n * _correction(n, population))), 2
    )


def index_mean(tally: Tally, population: int | None = None) -> SampleMean:
    """The mean of the responses' indices, which is the exact index, between 25 and 100 as 0 and 1.

    `population`: people served in the period or, more cautiously, in the year. The tally has n ≥ 1.
    """
    mean = Fraction(tally.total, tally.n)
    spread = Fraction(tally.total_sq, tally.n) - mean**2
    share = Fraction(mean, 9 * SCALE) - 1
    return SampleMean(
        float(share / 3), float(spread / (27 * SCALE) ** 2), effective_n(tally, population)
    )


def unsur_mean(tally: Tally, unsur: Unsur, population: int | None = None) -> SampleMean:
    """The mean nilai of an unsur, between 1 and 4 as 0 and 1.

    For an unsur of several items the spread of single answers stands in for that of respondents'
    means, which is never larger. How alike answers of one day are is taken from the index.
    """
    counts = tally.counts[unsur]
    answers = sum(counts)
    mean = Fraction(sum(i * count for i, count in enumerate(counts)), answers)
    square = Fraction(sum(i * i * count for i, count in enumerate(counts)), answers)
    return SampleMean(
        float(mean / 3), float((square - mean**2) / 9), effective_n(tally, population)
    )


def effective_n(tally: Tally, population: int | None = None) -> float:
    """How many independent responses of a large population the tally is worth; math.inf if
    everybody answered.

    Where there are more respondents than people the population is not the right one and not used.
    """
    n = tally.n / design_effect(tally.clusters, tally.n, tally.total, tally.total_sq)
    if population is None or population < tally.n:
        return n
    return n / (1 - tally.n / population) if tally.n < population else math.inf


def interval(mean: SampleMean, n: int) -> Interval | None:
    """The 95 % confidence interval on the scale 25–100; None with fewer than ENOUGH responses."""
    if n < ENOUGH and not math.isinf(mean.n):
        return None
    low, high = mean.bounds()
    return _on_scale(low), _on_scale(high)


def _on_scale(share: float) -> Decimal:
    return rounded(Fraction(25 + 75 * share), 2)


def _correction(n: int, population: int | None) -> Fraction:
    """The finite population correction (N − n) / (N − 1) (Cochran 1977, 2.6); 1 where there are
    more respondents than people, because then the population is not the right one.
    """
    if population is None or population < n:
        return Fraction(1)
    return Fraction(population - n, max(population - 1, 1))
