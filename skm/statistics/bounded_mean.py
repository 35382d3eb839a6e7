"""Bounds for the mean of values between 0 and 1, from few values and near the ceiling as well.

Most answers of a satisfaction survey are the highest. Then the variance of a small sample says
little about the low answers that were not drawn, and Student's t covers the true mean in 40 % of
samples of five instead of 95 %. The bounds here count one more response, at the far end of the
scale, and weigh all of them with random weights that add up to 1: the bound of Gaffke (2005, "Three
test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable",
Mathematical Methods of Statistics 14, 451–467; see Learned-Miller & Thomas 2020, arXiv:1905.06208).
Its distribution is replaced by the beta distribution with the same mean and variance, which needs
no more than the mean and the variance of the sample. For values of only 0 and 1 it is the interval
of Clopper & Pearson (1934) exactly. `make bench ARGS=conclusions` measures the coverage.
"""

import math
from dataclasses import dataclass
from typing import Final

from skm.statistics.distributions import beta_quantile

LEVEL: Final = 0.95


@dataclass(frozen=True)
class SampleMean:
    """`value`: the mean, 0 to 1. `spread`: Σ (x − mean)² / n. `n`: how many independent responses
    the sample is worth, math.inf if everybody answered.
    """

    value: float
    spread: float
    n: float

    def bounds(self, level: float = LEVEL) -> tuple[float, float]:
        """The interval that contains the true mean in at least `level` of samples."""
        if math.isinf(self.n):
            return self.value, self.value
        tail = (1 - level) / 2
        return self._bound(0, tail), self._bound(1, 1 - tail)

    @property
    def variance(self) -> float:
        """Of the mean, with a response at each end of the scale counted as well; above 0 unless
        everybody answered.
        """
        if math.isinf(self.n):
            return 0.0
        return (self._moments(0)[1] + self._moments(1)[1]) / 2

    def _moments(self, end: float) -> tuple[float, float]:
        """Mean and variance of Σ weight × x with one x more; the weights are Dirichlet(1, …, 1)."""
        n = self.n
        mean = (n * self.value + end) / (n + 1)
        square = (n * (self.spread + self.value**2) + end) / (n + 1)
        return mean, max(square - mean**2, 0.0) / (n + 2)

    def _bound(self, end: float, p: float) -> float:
        mean, variance = self._moments(end)
        if variance <= 1e-15:
            return mean
        size = mean * (1 - mean) / variance - 1
        return beta_quantile(p, mean * size, (1 - mean) * size)
