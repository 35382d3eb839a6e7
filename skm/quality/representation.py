"""How far those who answered stand for those who were served, where a unit counts its users.

Respondents choose themselves, so no weighting makes them a random sample: the weighted index is a
side figure that says what the index would be if groups had answered as they came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from skm.figures.ikm import Tally, nrr, rounded
from skm.figures.sample import ENOUGH
from skm.survey.unsur import Unsur

ByOption = Mapping[str, Tally]
"""Option of a field of the profile → the tally of those who chose it."""


@dataclass(frozen=True)
class Representation:
    """`served`: people whom the unit served in the period, None where that is not known.
    `weighted`: field of the profile → the index weighted to the users' shares. `profile`: field →
    option → people served.
    """

    served: int | None = None
    weighted: Mapping[str, Decimal] = field(default_factory=dict)
    profile: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def response_rate(self, n: int) -> Decimal | None:
        """n respondents in % of those who were served, to one decimal; None where these are not
        known, or fewer.
        """
        if not self.served or n > self.served:
            return None
        return rounded(Fraction(100 * n, self.served), 1)

    def is_exceeded_by(self, n: int) -> bool:
        """Whether there are more responses than people served."""
        return self.served is not None and n > self.served


def share_of_users(served: Mapping[str, int], option: str) -> Decimal | None:
    """How many of the people served have this option, in % to two decimals; None without any."""
    everybody = sum(served.values())
    return rounded(Fraction(100 * served.get(option, 0), everybody), 2) if everybody else None


def weighted_to(users: Mapping[str, int], answered: ByOption) -> Decimal | None:
    """The index if each group had the share of respondents that it has of the users, to two
    decimals: post-stratification (Holt & Smith 1979, J. Royal Statistical Society A 142, 33–46).

    Who skipped the field is left out. None where fewer than ENOUGH of a group of users answered.
    """
    everybody = sum(users.values())
    means = {option: nrr(answered.get(option, Tally.empty())) for option, n in users.items() if n}
    if not everybody or any(answered.get(at, Tally.empty()).n < ENOUGH for at in means):
        return None
    index = sum(
        (Fraction(users[option], everybody) * sum(own[unsur] for unsur in Unsur)
         for option, own in means.items() if own),
        Fraction(),
    )  # fmt: skip
    return rounded(Fraction(25, 9) * index, 2)
