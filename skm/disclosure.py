"""What may be said of small groups: k = 5, and what was hidden must not follow from the rest.

A group of fewer than five could give away who answered what (UU 27/2022; k-anonymity, Sweeney
2002). Where the total is shown as well, one hidden group could be had by subtraction; then a
second one, the smallest of the others, is hidden with it (complementary suppression).
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = 5

Key = TypeVar("Key", bound=Hashable)


def shown(n: int) -> bool:
    """Whether the figures of a group of n people may be shown. Nobody is no group: 0 is shown."""
    return n == 0 or n >= K


def hidden(groups: Mapping[Key, int]) -> frozenset[Key]:
    """Which of the groups that make up a shown total must be hidden.

    Between them the hidden groups hold at least K people or are at least two, so that the
    difference of total and shown groups says nothing about a single small one.
    """
    hide = {key for key, n in groups.items() if not shown(n)}
    rest = sorted((key for key, n in groups.items() if n >= K), key=lambda key: groups[key])
    while hide and rest and (len(hide) < 2 or sum(groups[key] for key in hide) < K):
        hide.add(rest.pop(0))
    return frozenset(hide)
