"""Responses of one day and desk that came from one network, where people usually use their own."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from skm.statistics.tails import beta_binomial_tail

LEAST: Final = 10  # responses on own devices from which on a day is looked at
HISTORY: Final = 3  # earlier days of the desk from which on a day is compared with them
CHANCE: Final = 0.0002  # how often at most a desk and day is found in error
ICC: Final = 0.03  # how alike people of one day are in the network that they use
USUAL: Final = 0.5  # the share of one network that is assumed before the earlier days are seen,
WORTH: Final = 10  # which counts as much as so many responses: an office may offer its own network


@dataclass(frozen=True)
class NetworkShare:
    """Of the `n` responses of a desk on a day, `most` came from the network with the most."""

    n: int
    most: int

    @classmethod
    def of(cls, codes: Collection[Hashable]) -> "NetworkShare":
        """`codes`: of the network of each response."""
        return cls(len(codes), max(Counter(codes).values(), default=0))


def from_one_network(codes: Mapping[str, str], before: Collection[NetworkShare]) -> frozenset[str]:
    """The ids of the responses that came from one network, if the desk's earlier days (`before`) do
    not explain so many. `codes`: response id → code of its network.
    """
    if len(codes) < LEAST or len(before) < HISTORY:
        return frozenset()
    [(network, most)] = Counter(codes.values()).most_common(1)
    usual = (sum(day.most for day in before) + USUAL * WORTH) / (
        sum(day.n for day in before) + WORTH
    )
    if usual >= 1 or beta_binomial_tail(most, len(codes), usual, ICC) > CHANCE:
        return frozenset()
    return frozenset(id for id, code in codes.items() if code == network)
