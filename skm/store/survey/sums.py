"""A tally as the columns of the rollup: integers in the order of COUNTED, then of CLUSTERS."""

from collections.abc import Sequence
from operator import add

from skm.figures.ikm import Tally
from skm.statistics.clusters import Clusters
from skm.store.schema.counts import CLUSTERS
from skm.survey.unsur import Unsur

Sums = tuple[int, ...]

_UNSUR = tuple(Unsur)
_CLUSTERS = len(CLUSTERS)


def sums_of(tally: Tally, sign: int = 1) -> Sums:
    """In the order of COUNTED, without the clusters, which follow from the sums of a whole day.
    `sign`: -1 for what is to be subtracted from the rollup.
    """
    counts = (count for unsur in _UNSUR for count in tally.counts[unsur])
    return tuple(sign * value for value in (tally.n, tally.total, tally.total_sq, *counts))


def tally_of(sums: Sequence[int]) -> Tally:
    n, total, total_sq, *counts = sums[:-_CLUSTERS]
    by_unsur = zip(*[iter(counts)] * 4, strict=True)
    counted = dict(zip(_UNSUR, by_unsur, strict=True))
    return Tally(n, counted, total, total_sq, Clusters(*sums[-_CLUSTERS:]))


def plus(one: Sums | None, other: Sums) -> Sums:
    return tuple(map(add, one, other)) if one else other
