"""Which of many results to believe: of all that are reported, at most one in twenty is chance."""

from collections.abc import Mapping
from typing import Final, TypeVar

_Key = TypeVar("_Key")

RATE: Final = 0.05


def discoveries(p_values: Mapping[_Key, float], rate: float = RATE) -> set[_Key]:
    """The results that may be reported so that at most `rate` of them are false in the mean
    (Benjamini & Hochberg 1995, J. Royal Statistical Society B 57, 289–300). With one result this is
    p ≤ rate.
    """
    ranked = sorted(p_values.items(), key=lambda item: item[1])
    enough = [at for at, (_, p) in enumerate(ranked, 1) if p <= rate * at / len(ranked)]
    return {key for key, _ in ranked[: max(enough, default=0)]}
