"""What a sample allows to say: how many to ask, how sure a figure is.

The index of a unit is the mean of its responses' own indices, so the classical theory of the
mean of a sample applies; the variance comes with the tally.
"""

import math
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Final

from skm.ikm import SCALE, Counts, Tally, rounded

CHI_SQUARE: Final = Fraction("3.841")  # one degree of freedom, 95 %
ERROR: Final = Fraction("0.05")
SPREAD: Final = Fraction(1, 4)  # P × (1 − P) with P = 0.5, the cautious choice

LOWEST, HIGHEST = Decimal("25.00"), Decimal("100.00")
PER_TOTAL: Final = Fraction(25, 9 * SCALE)
"""From a response's own sum (see Tally.total) to its own index."""


def target(population: int | None) -> int:
    """How many respondents are asked for (Krejcie & Morgan 1970, in lampiran of Permenpan 14/2017).

    X² N P Q / (d² (N − 1) + X² P Q), rounded half-up. With an unknown population it is the
    formula's limit, 384: enough for any number of people.
    """
    most = CHI_SQUARE * SPREAD / ERROR**2
    if population is None:
        return math.floor(most + Fraction(1, 2))
    exact = most * population / (population - 1 + most)
    return math.floor(exact + Fraction(1, 2))


def margin_of_error(n: int, population: int | None = None) -> Decimal | None:
    """The margin of a share of 50 % among n respondents, in percentage points at 95 %.

    The counterpart of `target`: as many respondents as that asks for give 5 points. None for n = 0.
    """
    if n == 0:
        return None
    return rounded(
        Fraction(100 * math.sqrt(CHI_SQUARE * SPREAD / n * _correction(n, population))), 2
    )


def interval(tally: Tally, population: int | None = None) -> tuple[Decimal, Decimal] | None:
    """The 95 % confidence interval of the equally weighted index, within 25 to 100.

    Student's t with n − 1 degrees of freedom: the variance is estimated from the same responses,
    and with few of them the normal quantile would promise too much. `population`: people served in
    the period or, more cautiously, in the year; it narrows the interval. None for n < 2.
    """
    if tally.n < 2:
        return None
    return _interval(mean(tally), squared_error(tally), tally.n, population)


def unsur_interval(
    counts: Counts, n: int, population: int | None = None
) -> tuple[Decimal, Decimal] | None:
    """The same for one unsur's nilai (25 × nrr) from its answers; None for n < 2."""
    if n < 2:
        return None
    return _interval(*of_counts(counts, n), n, population)


def _interval(
    middle: Fraction, error: Fraction, n: int, population: int | None
) -> tuple[Decimal, Decimal]:
    half = Fraction(t95(n - 1) * math.sqrt(error * _correction(n, population)))
    low, high = rounded(middle - half, 2), rounded(middle + half, 2)
    return max(low, LOWEST), min(high, HIGHEST)


def mean(tally: Tally) -> Fraction:
    """The mean of the responses' own indices: the exact, equally weighted index."""
    return PER_TOTAL * Fraction(tally.total, tally.n)


def squared_error(tally: Tally) -> Fraction:
    """The estimated variance of that mean, s²/n; n is at least 2."""
    squares = tally.total_sq - Fraction(tally.total**2, tally.n)
    return PER_TOTAL**2 * squares / (tally.n - 1) / tally.n


def of_counts(counts: Counts, n: int) -> tuple[Fraction, Fraction]:
    """The mean nilai of an unsur on the scale 25–100 and its estimated variance; n at least 2.

    Of several items the spread of single answers is taken for that of respondents' means, which
    is never larger: cautious.
    """
    answers = sum(counts)
    first = Fraction(sum(i * count for i, count in enumerate(counts, 1)), answers)
    squares = Fraction(sum(i * i * count for i, count in enumerate(counts, 1)), answers)
    return 25 * first, 625 * (squares - first**2) / (n - 1)


def _correction(n: int, population: int | None) -> Fraction:
    """The finite population correction (N − n) / (N − 1) (Cochran 1977, 2.6).

    More respondents than people show that the population is not the right one: then none.
    """
    if population is None or population < n:
        return Fraction(1)
    return Fraction(population - n, max(population - 1, 1))


_T95: Final = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
_Z95: Final = NormalDist().inv_cdf(0.975)


def t95(df: float) -> float:
    """The 0.975 quantile of Student's t, for at least one degree of freedom.

    Up to 10 the printed table, read at the whole number below (which is cautious for the
    fractions of a Welch test); above it the expansion of Abramowitz & Stegun
    26.7.5, true to 0.0002.
    """
    if df < len(_T95) + 1:
        return _T95[int(df) - 1]
    z = _Z95
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return sum(term / df**power for power, term in enumerate(terms))
