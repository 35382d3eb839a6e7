"""Ranks of many means that are estimated from samples of very different sizes."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from skm.statistics.bounded_mean import LEVEL, SampleMean

_Key = TypeVar("_Key")


class Rank(NamedTuple, Generic[_Key]):
    """The ranks that a mean may have in truth, 1 the highest; equal where it is certain."""

    key: _Key
    best: int
    worst: int


def ranked(means: Mapping[_Key, SampleMean]) -> list[Rank[_Key]]:
    """Means from the highest to the lowest, each with its ranks.

    The order is that of the estimates of Efron & Morris (1975, J. American Statistical Association
    70, 311–319): each is drawn towards the mean of all, the more the fewer responses it has, so
    that neither end is taken by small samples. The ranks hold for all together in 95 % of cases:
    a mean can be above another unless their intervals at 1 − 0.05 / m lie apart (Klein, Wright &
    Wieczorek 2020, J. Royal Statistical Society C 69, 589–606).
    """
    if not means:
        return []
    level = 1 - (1 - LEVEL) / len(means)
    bounds = {key: mean.bounds(level) for key, mean in means.items()}
    lows, highs = zip(*bounds.values(), strict=True)
    middle, between = _spread(list(means.values()))
    order = sorted(means, key=lambda key: -_drawn(means[key], middle, between))
    return [
        Rank(
            key,
            1 + sum(low > bounds[key][1] for low in lows),
            len(means) - sum(high < bounds[key][0] for high in highs),
        )
        for key in order
    ]


def _spread(means: list[SampleMean]) -> tuple[float, float]:
    """The mean of the means, and the variance between them beyond that of their samples."""
    middle = sum(mean.value for mean in means) / len(means)
    around = sum((mean.value - middle) ** 2 for mean in means) / max(len(means) - 1, 1)
    within = sum(mean.variance for mean in means) / len(means)
    return middle, max(around - within, 0.1 * around)


def _drawn(mean: SampleMean, middle: float, between: float) -> float:
    """With no difference at all between the means their order is that of their values."""
    trust = between / (between + mean.variance) if between else 1.0
    return middle + trust * (mean.value - middle)
