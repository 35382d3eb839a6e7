"""How much less answers say that come in clusters: of one desk on one day.

People who are served by the same officer in the same queue answer alike, so a hundred answers of
five days are worth less than a hundred answers of fifty.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from skm.statistics.distributions import t_quantile

PLANNED_ICC: Final = 0.1
"""The correlation within a cluster that is assumed while it cannot be measured."""

MEASURABLE: Final = 30
"""Clusters from which on the correlation is measured instead of assumed."""

_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Clusters:
    """Sums over clusters of n responses with the total T; sums of different clusters add with `+`.

    `number`: of clusters, 0 where they are not known. `n_n`, `n_total`, `total_total`: Σ n², Σ n·T
    and Σ T².
    """

    number: int = 0
    n_n: int = 0
    n_total: int = 0
    total_total: int = 0

    @classmethod
    def of(cls, n: int, total: int) -> "Clusters":
        """One cluster; none without responses."""
        return cls(int(n > 0), n * n, n * total, total * total)

    def __add__(self, other: "Clusters") -> "Clusters":
        return Clusters(
            self.number + other.number,
            self.n_n + other.n_n,
            self.n_total + other.n_total,
            self.total_total + other.total_total,
        )

    def __mul__(self, times: int) -> "Clusters":
        """`times` as many clusters, each with the same answers."""
        return Clusters(
            self.number * times, self.n_n * times, self.n_total * times, self.total_total * times
        )


def design_effect(clusters: Clusters, n: int, total: int, total_sq: int) -> float:
    """By how much the variance of the mean is larger than that of n independent responses; ≥ 1.

    `total`, `total_sq`: sums of the responses and of their squares. Measured, it is the variance
    between clusters (Cochran 1977, 9A.2: the ratio estimator of unequal clusters) over that of a
    simple random sample, with Student's t of as many degrees of freedom. With few clusters it is at
    least Kish's 1 + (m − 1) × ICC for PLANNED_ICC (Kish 1965, 5.4; m: the mean size of the cluster
    of a response). Where clusters are not known, responses count as independent.
    """
    if n < 2:
        return 1.0
    planned = 1 + (clusters.n_n / n - 1) * PLANNED_ICC
    squares = n * total_sq - total**2
    if clusters.number < 2 or squares == 0:
        return max(1.0, planned)
    measured = _between(clusters, n, total) * (n - 1) / squares
    if clusters.number < MEASURABLE:
        return max(1.0, measured, planned)
    return max(1.0, measured * (t_quantile(0.975, clusters.number - 1) / _Z) ** 2)


def _between(clusters: Clusters, n: int, total: int) -> float:
    """n² × the variance of the mean as the clusters' sums have it."""
    squares = (
        n**2 * clusters.total_total - 2 * n * total * clusters.n_total + total**2 * clusters.n_n
    )
    return clusters.number / (clusters.number - 1) * squares / n**2
