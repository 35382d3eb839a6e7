"""Whether two means differ: the interval of a difference from the intervals of its two means."""

import math
from typing import NamedTuple

from skm.statistics.bounded_mean import LEVEL, SampleMean


class MeanDifference(NamedTuple):
    """After minus before, with its interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_none(self) -> bool:
        """Whether the interval excludes a difference of 0."""
        return self.low > 0 or self.high < 0


def difference(before: SampleMean, after: SampleMean, level: float = LEVEL) -> MeanDifference:
    """By the method of variance estimates recovery (Newcombe 1998, Statistics in Medicine 17,
    873–890; Zou & Donner 2008, Statistics in Medicine 27, 1693–1702).
    """
    (low_1, high_1), (low_2, high_2) = before.bounds(level), after.bounds(level)
    value = after.value - before.value
    down = math.hypot(after.value - low_2, high_1 - before.value)
    up = math.hypot(high_2 - after.value, before.value - low_1)
    return MeanDifference(value, value - down, value + up)


def p_value(before: SampleMean, after: SampleMean) -> float:
    """The smallest 1 − level at which the interval excludes 0, found by halving; 1 if the means are
    equal, and never below 1e-6. Two digits are right.
    """
    if before.value == after.value:
        return 1.0
    low, high = math.log(1e-6), 0.0
    for _ in range(12):
        middle = (low + high) / 2
        if difference(before, after, 1 - math.exp(middle)).excludes_none:
            high = middle
        else:
            low = middle
    return math.exp(high)
