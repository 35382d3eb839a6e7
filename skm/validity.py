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


def validity(answers: Sequence[Mapping[str, int]]) -> Validity | None:
    """`answers`: of each respondent, item id → nilai, the same items for all (one instrument
    version). None with fewer than ENOUGH respondents.
    """
    if len(answers) < ENOUGH:
        return None
    columns = {item: [row[item] for row in answers] for item in answers[0]}
    totals = [sum(row.values()) for row in answers]
    return Validity(
        n=len(answers),
        item_total={item: _pearson(column, totals) for item, column in columns.items()},
        critical=_critical(len(answers)),
        alpha=_alpha(list(columns.values()), totals),
    )


def _moment(xs: Sequence[int], ys: Sequence[int]) -> int:
    """n² times the covariance of n pairs; of xs with themselves, of their variance."""
    return len(xs) * sum(x * y for x, y in zip(xs, ys, strict=True)) - sum(xs) * sum(ys)


def _pearson(xs: Sequence[int], ys: Sequence[int]) -> Decimal | None:
    spread = _moment(xs, xs) * _moment(ys, ys)
    return rounded(Fraction(_moment(xs, ys) / math.sqrt(spread)), 3) if spread else None


def _critical(n: int) -> Decimal:
    t = t95(n - 2)
    return rounded(Fraction(t / math.sqrt(n - 2 + t * t)), 3)


def _alpha(columns: Sequence[Sequence[int]], totals: Sequence[int]) -> Decimal | None:
    """Cronbach 1951: k / (k − 1) × (1 − Σ variances of the k items / variance of their sum)."""
    k, spread = len(columns), _moment(totals, totals)
    if k < 2 or not spread:
        return None
    own = sum(_moment(column, column) for column in columns)
    return rounded(Fraction(k, k - 1) * (1 - Fraction(own, spread)), 3)


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
