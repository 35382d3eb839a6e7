"""Runs of events that chance does not explain: too many in too short a time, too many alike, or
too regular.

Each test is held to a chance so small that of the days of all desks of a city fewer than one in a
thousand is found in error (measured in docs/BENCHMARKS.md), so a finding about one desk does not
depend on which others are looked at.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from skm.statistics.tails import beta_binomial_tail, binomial_tail, poisson_tail

SIZES: Final = (10, 12, 15, 17, 20, 25)
"""Events in a row that are looked at together."""

CHANCE: Final = 0.00001
"""How rarely as many come as quickly by chance, for each run that is looked at."""

NEAR: Final = 0.75  # hours before and after a run at which other days are looked at
PEAK: Final = 1.75  # times the usual pace that the busiest hours may have
SPANS: Final = (9, 13, 19)  # gaps in a row whose regularity is looked at; odd, see `regular`
EVEN: Final = 0.000001  # the same as CHANCE, for runs of even gaps
FAR: Final = 3  # times the shortest gap: with a longer one, no run is so alike
SERVED: Final = 4  # the shape of gaps between people who are served one after the other


@dataclass(frozen=True)
class Attendance:
    """How events come at one place. `hours`: of the clock, sorted, of all events of so many `days`
    of `day` hours each. `ordinary`: events an hour that need no explanation.
    """

    hours: Sequence[float]
    days: int
    day: float
    ordinary: float


def crowded(times: Sequence[float], pace: Attendance) -> set[int]:
    """Which of the sorted times of one of the days belong to a run that is denser than events that
    come by chance at the ordinary rate, and that this pace does not explain.
    """
    found: set[int] = set()
    for size in SIZES:
        within = shortest(size) / pace.ordinary
        for start in range(len(times) - size + 1):
            end = start + size - 1
            if times[end] - times[start] <= within and _is_dense(times, start, end, pace):
                found.update(range(start, end + 1))
    return found


def _is_dense(times: Sequence[float], start: int, end: int, pace: Attendance) -> bool:
    """Whether fewer come at that hour on other days, or at PEAK times the pace of all days: two
    rates compared given their sum (Przyborowski & Wilenski 1940, Biometrika 31, 313–323).
    """
    span, more = max(times[end] - times[start], 1e-9), end - start
    rest = len(pace.hours) - more - 1
    hours = max(pace.day - span, span) + pace.day * (pace.days - 1)
    if _is_rare(more, PEAK * span, rest, hours):
        return True
    if pace.days == 1:
        return False
    low, high = times[start] - NEAR, times[end] + NEAR
    then = _between(pace.hours, low, high) - _between(times, low, high)
    return _is_rare(more, span, then, (high - low) * (pace.days - 1))


def _between(hours: Sequence[float], low: float, high: float) -> int:
    return bisect_right(hours, high) - bisect_left(hours, low)


def _is_rare(events: int, time: float, others: int, other_time: float) -> bool:
    """Whether by CHANCE or less so many of all events would fall into the first time."""
    share, among = time / (time + other_time), events + others
    expected = share * among
    if events <= expected + 3 * math.sqrt(expected * (1 - share)):
        return False
    return binomial_tail(events, among, share) <= CHANCE


@cache
def shortest(size: int) -> float:
    """The time, in units of 1 / rate, within which `size` - 1 more events follow one by CHANCE."""
    low, high = 0.0, float(size)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if poisson_tail(size - 1, middle) > CHANCE else (middle, high)
    return low


def regular(times: Sequence[float]) -> set[int]:
    """Which of a day's sorted times belong to a run whose gaps are more alike than those between
    people who are served one after the other.

    Bartlett's test of a gamma distribution's shape, here SERVED (Cox & Lewis 1966, The Statistical
    Analysis of Series of Events, 6.3): the logarithm of the arithmetic over the geometric mean
    follows chi-square with one degree of freedom less than there are gaps, an even number.
    """
    gaps = [later - earlier for earlier, later in pairwise(times)]
    found: set[int] = set()
    for many in SPANS:
        for start in range(len(gaps) - many + 1):
            some = gaps[start : start + many]
            if 0 < max(some) < FAR * min(some) and _so_alike(some) <= EVEN:
                found.update(range(start, start + many + 1))
    return found


def _so_alike(gaps: Sequence[float]) -> float:
    many = len(gaps)
    spread = math.log(sum(gaps) / many) - sum(map(math.log, gaps)) / many
    statistic = 2 * many * SERVED * spread / (1 + (many + 1) / (6 * many * SERVED))
    return poisson_tail((many - 1) // 2, statistic / 2)  # chi-square's lower tail


def is_run_by_chance(length: int, share: float, among: int, chance: float, icc: float = 0) -> bool:
    """Whether a run of `length` events of a kind is to be expected somewhere among so many events,
    of which `share` are of this kind, more often than `chance`. `icc`: how alike those of one day
    are.
    """
    one = beta_binomial_tail(length, length, share, icc) if icc else share**length
    return among * one > chance
