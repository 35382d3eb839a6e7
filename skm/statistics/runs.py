"""Runs of events that chance does not explain: too many in too short a time, too many alike."""

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

SIZES: Final = (10, 12, 15, 17, 20, 25)
"""Events in a row that are looked at together."""

CHANCE: Final = 0.0003
"""How rarely as many come as quickly at the rate given, for each run that is looked at."""


def crowded(times: Sequence[float], rate: float) -> set[int]:
    """Which of these sorted times belong to a run that is too dense for events that come by chance
    (a Poisson process), `rate` of them in a unit of time.
    """
    found: set[int] = set()
    for size in SIZES:
        within = shortest(size) / rate
        for start in range(len(times) - size + 1):
            if times[start + size - 1] - times[start] <= within:
                found.update(range(start, start + size))
    return found


@cache
def shortest(size: int) -> float:
    """The time, in units of 1 / rate, within which `size` - 1 more events follow one by CHANCE."""
    low, high = 0.0, float(size)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if _at_least(size - 1, middle) > CHANCE else (middle, high)
    return low


def _at_least(events: int, expected: float) -> float:
    """The probability of at least so many events where `expected` are expected (Poisson)."""
    term, fewer = math.exp(-expected), 0.0
    for number in range(events):
        fewer += term
        term *= expected / (number + 1)
    return 1 - fewer


def is_run_by_chance(length: int, share: float, among: int, chance: float) -> bool:
    """Whether a run of `length` events of a kind is to be expected somewhere among so many events,
    of which `share` are of this kind: more often than `chance`.
    """
    return among * share**length > chance
