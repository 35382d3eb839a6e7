"""People as surveys of services meet them: most answer the highest throughout, and those of one
desk and day answer alike. Every draw comes from a fixed seed.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skm.figures.ikm import SCALE, Tally
from skm.statistics.clusters import Clusters
from skm.survey.unsur import Unsur

People = NDArray[np.int64]
"""One row of nine nilai for each person."""

SOME: Final = 20_000
MOODS: Final = ((0.02, 0.10, 0.46, 0.42), (0.0, 0.02, 0.34, 0.64))
CRITICS: Final = (0.05, 0.20, 0.45, 0.30)
_SCORES: Final = np.linspace(-5, 5, 4096)
_BELOW: Final = np.array([NormalDist().cdf(float(z)) for z in _SCORES])


@dataclass(frozen=True)
class Population:
    """`people`: sorted by their mean. `latent`: correlation within a desk and day of the normal
    variable that picks a person → of 0, 0.05 and 0.1 of their means (found by halving).
    """

    people: People
    latent: dict[float, float]

    @property
    def ikm(self) -> float:
        return 25 * float(self.people.mean())

    def draw(self, rng: np.random.Generator, n: int, size: int = 1, icc: float = 0) -> People:
        """The answers of n people, `size` at each desk and day."""
        shared = self.latent[icc]
        own = rng.standard_normal(n)
        together = np.repeat(rng.standard_normal(-(-n // size)), size)[:n]
        score = np.sqrt(shared) * together + np.sqrt(1 - shared) * own
        at = _share_below(score) * len(self.people)
        drawn: People = self.people[np.clip(at.astype(int), 0, len(self.people) - 1)]
        return drawn


def _share_below(score: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.interp(score, _SCORES, _BELOW), dtype=np.float64)


def tally(people: People, size: int = 1) -> Tally:
    """The tally of these answers, `size` after each other at the same desk and day."""
    own = SCALE * people.sum(axis=1)
    n = len(own)
    counted = [np.bincount(people[:, at], minlength=5) for at in range(9)]
    days = [own[start : start + size] for start in range(0, n, size)]
    clusters = sum((Clusters.of(len(day), int(day.sum())) for day in days), Clusters())
    counts = {
        unsur: (int(of[1]), int(of[2]), int(of[3]), int(of[4]))
        for unsur, of in zip(Unsur, counted, strict=True)
    }
    return Tally(n, counts, int(own.sum()), int((own * own).sum()), clusters)


def _answering(rng: np.random.Generator, *moods: tuple[float, ...]) -> People:
    rows = [rng.choice(4, (SOME // len(moods), 9), p=mood) + 1 for mood in moods]
    return np.concatenate(rows)


def _sorted(people: People) -> People:
    return people[np.argsort(people.sum(axis=1), kind="stable")]


def _with_content(rng: np.random.Generator, share: float) -> People:
    people = _answering(rng, CRITICS)
    people[: int(share * len(people))] = 4
    return _sorted(people)


_rng = np.random.default_rng(14)
POPULATIONS: Final = {
    "ordinary": Population(_sorted(_answering(_rng, *MOODS)), {0: 0, 0.05: 0.051, 0.1: 0.102}),
    "60 % content": Population(_with_content(_rng, 0.6), {0: 0, 0.05: 0.070, 0.1: 0.134}),
    "90 % content": Population(_with_content(_rng, 0.9), {0: 0, 0.05: 0.130, 0.1: 0.230}),
}
