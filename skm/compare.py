"""Whether a figure has changed, or only looks like it: Welch's test on two tallies.

"Naik" and "turun" are said only where the 95 % interval of the difference leaves out 0. Figures of
two instruments are not one series and are never compared.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from skm.ikm import Counts, Tally, rounded
from skm.sample import mean, of_counts, squared_error, t95
from skm.unsur import Unsur

Instruments = tuple[str | None, str | None]
"""The versions that were answered, before and after."""


class Change(StrEnum):
    """What may be said about a difference."""

    NAIK = "naik"
    TURUN = "turun"
    TIDAK_BERBEDA_NYATA = "tidak_berbeda_nyata"
    TIDAK_DAPAT_DIBANDINGKAN = "tidak_dapat_dibandingkan"


class Reason(StrEnum):
    """Why two figures cannot be compared."""

    INSTRUMENT = "instrumen_berbeda"
    FEW = "responden_terlalu_sedikit"
    BOBOT = "bobot_tidak_sama_rata"  # a tally keeps the spread of the equally weighted index only


@dataclass(frozen=True)
class Comparison:
    """After minus before, in points of the scale 25–100.

    `difference`: of the two figures as printed, so that readers get the same by subtracting.
    `interval`: 95 %, of the exact difference. `reason`: only where nothing can be compared.
    """

    change: Change
    difference: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    reason: Reason | None = None


def compare(before: Tally, after: Tally, instruments: Instruments) -> Comparison:
    """The change of the equally weighted index."""
    refused = _refused(before, after, instruments)
    return refused or _welch(_Sample.of_index(before), _Sample.of_index(after))


def compare_unsur(before: Tally, after: Tally, instruments: Instruments) -> dict[Unsur, Comparison]:
    """The change of the nilai (25 × nrr) of each unsur, each at 95 % for itself: where nothing
    has changed, more than a third of reports still show one of nine that seems to have.
    """
    refused = _refused(before, after, instruments)
    return {
        unsur: refused
        or _welch(
            _Sample.of_counts(before.counts[unsur], before.n),
            _Sample.of_counts(after.counts[unsur], after.n),
        )
        for unsur in Unsur
    }


def _refused(before: Tally, after: Tally, instruments: Instruments) -> Comparison | None:
    if not enough(before.n, after.n):
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.FEW)
    if instruments[0] != instruments[1]:
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.INSTRUMENT)
    return None


def enough(before: int, after: int) -> bool:
    """Whether so few could show a change at all.

    Of two groups that differ completely, one all above the other, an exact permutation test finds
    p = 2 / C(n₁ + n₂, n₁). Where even that is over 5 % (3 and 3 respondents: 10 %), no test can
    tell a change from chance, and Welch's, which trusts the normal curve, must not.
    """
    one, other = min(before, 10), min(after, 10)  # of more the answer is the same, and costly
    return math.comb(one + other, one) >= 2 / 0.05


@dataclass(frozen=True)
class _Sample:
    """A mean on the scale 25–100, of n responses, with its squared standard error."""

    mean: Fraction
    error: Fraction
    n: int

    @classmethod
    def of_index(cls, tally: Tally) -> "_Sample":
        return cls(mean(tally), squared_error(tally), tally.n)

    @classmethod
    def of_counts(cls, counts: Counts, n: int) -> "_Sample":
        return cls(*of_counts(counts, n), n)


def _welch(before: _Sample, after: _Sample) -> Comparison:
    """Welch 1947: the two variances may differ, the degrees of freedom are Satterthwaite's."""
    exact = after.mean - before.mean
    half = Fraction(_half_width(before, after))
    low, high = exact - half, exact + half
    change = Change.NAIK if low > 0 else Change.TURUN if high < 0 else Change.TIDAK_BERBEDA_NYATA
    difference = rounded(after.mean, 2) - rounded(before.mean, 2)
    return Comparison(change, difference, (rounded(low, 2), rounded(high, 2)))


def _half_width(before: _Sample, after: _Sample) -> float:
    error = before.error + after.error
    if error == 0:
        return 0.0
    parts = (sample.error**2 / (sample.n - 1) for sample in (before, after))
    return t95(float(error**2 / sum(parts))) * math.sqrt(error)
