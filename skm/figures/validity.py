"""Whether the items measure one thing (validity, reliability), and the effect of U4 on the index.

The rules are those of the usual textbooks, by which units report: an item is valid where its
correlation with the total exceeds the critical value at 5 %, a questionnaire is reliable from a
Cronbach's alpha of 0.60.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from skm.figures.ikm import Tally, rounded, weighted_ikm
from skm.statistics.distributions import f_quantile, t_quantile
from skm.survey.unsur import Unsur

ENOUGH: Final = 30  # respondents; with fewer, a correlation says little about the items
RELIABLE: Final = Decimal("0.60")
GRATIS: Final = 4  # the nilai of U4 whose option is "Gratis"


@dataclass(frozen=True)
class Validity:
    """Of n respondents to one instrument; figures are rounded to three decimals.

    `item_total`: item id → Pearson's r of its nilai with the sum over the other items; None where
    either is the same for all. With the item itself in the sum, as units often compute it, nine
    items of noise pass as valid in 93 % of samples. `critical`: the r that chance
    exceeds in 5 % of samples of n, two-sided ("r tabel"). `alpha`: Cronbach's, below 0 where items
    contradict each other; None where all respondents have the same sum. `alpha_interval`: its 95 %
    interval.
    """

    n: int
    item_total: Mapping[str, Decimal | None]
    critical: Decimal
    alpha: Decimal | None
    alpha_interval: tuple[Decimal, Decimal] | None = None

    @property
    def valid(self) -> dict[str, bool | None]:
        """Item id → whether it is valid; None where its r is not defined."""
        return {
            item: None if r is None else r > self.critical for item, r in self.item_total.items()
        }

    @property
    def reliable(self) -> bool | None:
        return None if self.alpha is None else self.alpha >= RELIABLE


@dataclass(frozen=True)
class Moments:
    """Sums over n respondents to one instrument; moments add with `+`.

    A respondent's own sum is the sum of the nilai of all items. `totals`: the sums of these and of
    their squares. `items`: item id → the sums of its nilai, of their squares, and of nilai × own
    sum.
    """

    n: int
    totals: tuple[int, int]
    items: Mapping[str, tuple[int, int, int]]

    @classmethod
    def of(cls, answers: Mapping[str, int], many: int = 1) -> "Moments":
        """`many` respondents who gave the same answers (item id → nilai)."""
        own = sum(answers.values())
        return cls(
            many,
            (many * own, many * own * own),
            {item: (many * x, many * x * x, many * x * own) for item, x in answers.items()},
        )

    def __add__(self, other: "Moments") -> "Moments":
        """`other` is of the same instrument version, so it has the same items."""
        return Moments(
            self.n + other.n,
            (self.totals[0] + other.totals[0], self.totals[1] + other.totals[1]),
            {item: _plus(own, other.items[item]) for item, own in self.items.items()},
        )


def _plus(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def validity(moments: Moments | None) -> Validity | None:
    """Returns None with fewer than ENOUGH respondents."""
    if moments is None or moments.n < ENOUGH:
        return None
    n, (total, total_sq) = moments.n, moments.totals
    spread = n * total_sq - total**2  # n² × the variance of the own sums
    spreads = {item: n * sq - x**2 for item, (x, sq, _) in moments.items.items()}
    alpha = _alpha(list(spreads.values()), spread)
    return Validity(
        n=n,
        item_total={
            item: _with_rest(n * product - x * total, spreads[item], spread)
            for item, (x, _, product) in moments.items.items()
        },
        critical=_critical(n),
        alpha=alpha if alpha is None else rounded(alpha, 3),
        alpha_interval=_alpha_interval(alpha, n, len(spreads)),
    )


def _with_rest(together: int, own: int, whole: int) -> Decimal | None:
    """The r of an item with the sum of the others (Nunnally & Bernstein 1994, Psychometric Theory,
    8). n² × the covariance with the whole sum, and the variances of the item and of the sum.
    """
    return _pearson(together - own, own * (whole - 2 * together + own))


def _pearson(together: int, spreads: int) -> Decimal | None:
    """`together`: n² × the covariance; `spreads`: the product of n² × each variance."""
    return rounded(Fraction(together / math.sqrt(spreads)), 3) if spreads else None


def _critical(n: int) -> Decimal:
    t = t_quantile(0.975, n - 2)
    return rounded(Fraction(t / math.sqrt(n - 2 + t * t)), 3)


def _alpha_interval(alpha: Fraction | None, n: int, k: int) -> tuple[Decimal, Decimal] | None:
    """Feldt 1965 (Psychometrika 30, 357–370): (1 − alpha) / (1 − the true one) follows F with
    n − 1 and (n − 1) (k − 1) degrees of freedom.
    """
    if alpha is None:
        return None
    low, high = (
        rounded(1 - (1 - alpha) * Fraction(f_quantile(p, n - 1, (n - 1) * (k - 1))), 3)
        for p in (0.975, 0.025)
    )
    return low, high


def _alpha(spreads: Sequence[int], spread: int) -> Fraction | None:
    """Cronbach 1951: k / (k − 1) × (1 − Σ variances of the k items / variance of their sum)."""
    k = len(spreads)
    if k < 2 or not spread:
        return None
    return Fraction(k, k - 1) * (1 - Fraction(sum(spreads), spread))


# --- U4, the cost, where most services are free --------------------------------------------------


def ikm_without_u4(tally: Tally) -> Decimal | None:
    """The index of the other eight unsur, each weighted 1/8. Always labelled as a side figure.

    Where a service is free by law, U4 gets the highest nilai whatever the service is like.
    """
    return weighted_ikm(tally, Fraction(1, 8), (unsur for unsur in Unsur if unsur is not Unsur.U4))


def gratis(tally: Tally) -> Decimal | None:
    """The share of "Gratis" among the answers to U4, in % to two decimals; None without answers."""
    answers = sum(tally.counts[Unsur.U4])
    free = tally.counts[Unsur.U4][GRATIS - 1]
    return rounded(Fraction(100 * free, answers), 2) if answers else None
