"""What the questionnaire is worth: do its items measure one thing, and what does U4 do to the ikm.

Offices report both after the usual textbooks: an item is valid where its correlation with the total
is above what chance gives at 5 %, a questionnaire reliable from a Cronbach's alpha of 0.60.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from skm.ikm import Bobot, Tally, ikm, rounded
from skm.sample import t95
from skm.unsur import Unsur

ENOUGH: Final = 30  # respondents; with fewer, a correlation says more about chance than about items
RELIABLE: Final = Decimal("0.60")
GRATIS: Final = 4  # the nilai of U4 whose option says that nothing had to be paid

WITHOUT_U4: Final[Bobot] = {unsur: Fraction(unsur is not Unsur.U4, 8) for unsur in Unsur}


@dataclass(frozen=True)
class Validity:
    """Of n respondents to one instrument, each figure rounded to three decimals.

    `item_total`: per item id Pearson's r of its nilai with the sum over all items (itself
    included, as offices compute it); None for an item that all answered alike. `critical`: the r
    that chance exceeds in 5 % of samples of n, two-sided ("r tabel"). `alpha`: Cronbach's, below 0
    where items contradict each other; None where all respondents have the same sum.
    """

    n: int
    item_total: Mapping[str, Decimal | None]
    critical: Decimal
    alpha: Decimal | None

    @property
    def valid(self) -> dict[str, bool | None]:
        """Per item whether it goes with the total; None where its r is not defined."""
        return {
            item: None if r is None else r > self.critical for item, r in self.item_total.items()
        }

    @property
    def reliable(self) -> bool | None:
        return None if self.alpha is None else self.alpha >= RELIABLE


@dataclass(frozen=True)
class Moments:
    """What answers of n respondents to one instrument add up to; moments add with `+`.

    `totals`: the sum of the respondents' own sums over all items, and of their squares. `items`:
    per item id the sum of its nilai, of their squares, and of nilai × own sum.
    """

    n: int
    totals: tuple[int, int]
    items: Mapping[str, tuple[int, int, int]]

    @classmethod
    def of(cls, answers: Mapping[str, int], many: int = 1) -> "Moments":
        """Of `many` respondents who all gave the same answers (item id → nilai)."""
        own = sum(answers.values())
        return cls(
            many,
            (many * own, many * own * own),
            {item: (many * x, many * x * x, many * x * own) for item, x in answers.items()},
        )

    def __add__(self, other: "Moments") -> "Moments":
        """Both are of the same instrument version, so of the same items."""
        return Moments(
            self.n + other.n,
            (self.totals[0] + other.totals[0], self.totals[1] + other.totals[1]),
            {item: _plus(own, other.items[item]) for item, own in self.items.items()},
        )


def _plus(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def validity(moments: Moments | None) -> Validity | None:
    """None with fewer than ENOUGH respondents."""
    if moments is None or moments.n < ENOUGH:
        return None
    n, (total, total_sq) = moments.n, moments.totals
    spread = n * total_sq - total**2  # n² times the variance of the respondents' own sums
    spreads = {item: n * sq - x**2 for item, (x, sq, _) in moments.items.items()}
    return Validity(
        n=n,
        item_total={
            item: _pearson(n * product - x * total, spreads[item] * spread)
            for item, (x, _, product) in moments.items.items()
        },
        critical=_critical(n),
        alpha=_alpha(list(spreads.values()), spread),
    )


def _pearson(together: int, spreads: int) -> Decimal | None:
    """`together`: n² times the covariance; `spreads`: the product of n² times each variance."""
    return rounded(Fraction(together / math.sqrt(spreads)), 3) if spreads else None


def _critical(n: int) -> Decimal:
    t = t95(n - 2)
    return rounded(Fraction(t / math.sqrt(n - 2 + t * t)), 3)


def _alpha(spreads: Sequence[int], spread: int) -> Decimal | None:
    """Cronbach 1951: k / (k − 1) × (1 − Σ variances of the k items / variance of their sum)."""
    k = len(spreads)
    if k < 2 or not spread:
        return None
    return rounded(Fraction(k, k - 1) * (1 - Fraction(sum(spreads), spread)), 3)


# --- U4, where most services cost nothing --------------------------------------------------------


def ikm_without_u4(tally: Tally) -> Decimal | None:
    """The index of the other eight unsur, each 1/8: a side figure, always labelled as such.

    Where a service is free by law, U4 gives the highest nilai whatever the service is like.
    """
    return ikm(tally, WITHOUT_U4)


def gratis(tally: Tally) -> Decimal | None:
    """The share of answers to U4 that say "Gratis", in % to two decimals; None without answers."""
    answers = sum(tally.counts[Unsur.U4])
    free = tally.counts[Unsur.U4][GRATIS - 1]
    return rounded(Fraction(100 * free, answers), 2) if answers else None
