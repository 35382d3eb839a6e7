"""A straight line through successive means: how much they rise or fall in each period."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from skm.statistics.bounded_mean import LEVEL, SampleMean
from skm.statistics.distributions import t_quantile, t_tail

SHORTEST: Final = 5
"""Means; a line through fewer leaves too little to see how far they scatter around it."""


class Slope(NamedTuple):
    """The change in each period, with its interval and its two-sided p value."""

    value: float
    low: float
    high: float
    p: float


def slope(points: Sequence[tuple[int, SampleMean]]) -> Slope | None:
    """The slope through (number of the period, mean); None with fewer than SHORTEST means.

    Weighted least squares, each mean weighted by the inverse of its variance (Draper & Smith 1998,
    Applied Regression Analysis, 9.2). Where the means scatter more around the line than their
    variances explain, the variance of the slope grows by the same factor (Birge's ratio).
    """
    if len(points) < SHORTEST:
        return None
    weights = [1 / max(mean.variance, 1e-12) for _, mean in points]
    middle = _mean(weights, [at for at, _ in points])
    level = _mean(weights, [mean.value for _, mean in points])
    parts = list(zip(weights, points, strict=True))
    width = sum(w * (at - middle) ** 2 for w, (at, _) in parts)
    value = sum(w * (at - middle) * (mean.value - level) for w, (at, mean) in parts) / width
    free = len(points) - 2
    scatter = sum(w * (m.value - level - value * (at - middle)) ** 2 for w, (at, m) in parts) / free
    error = math.sqrt(max(1.0, scatter) / width)
    half = t_quantile((1 + LEVEL) / 2, free) * error
    return Slope(value, value - half, value + half, t_tail(value / error, free))


def _mean(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(w * x for w, x in zip(weights, values, strict=True)) / sum(weights)
