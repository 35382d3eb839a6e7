"""How the people of the demo city answer: near what was published, each in a mood of their own.

A unit's published nilai of an unsur is taken as the mean of a binomial over 1 to 4. Whoever is
content with one thing is likely to be with the next (a Gaussian copula with one common factor).
"""

import random
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import NormalDist

from skm.instrument import Instrument
from skm.unsur import Unsur

MOOD = 0.6  # how much of an answer is mood
LOWEST, HIGHEST = 1.02, 3.99  # means that still leave a spread
PROFILE = {
    "gender": (55, 45),
    "age": (2, 16, 26, 26, 18, 12),
    "education": (8, 12, 42, 12, 22, 4),
    "occupation": (8, 1, 1, 32, 26, 14, 18),
    "disability": (97, 3),
}
NOBODY_ASKED, SKIPPED = 0.12, 0.05  # the whole profile skipped, one field skipped
COMMENTS = tomllib.loads((Path(__file__).parent / "saran.toml").read_text(encoding="utf-8"))

_normal = NormalDist()


def answers(
    dice: random.Random, instrument: Instrument, means: Mapping[Unsur, float]
) -> dict[str, int]:
    """One respondent's nilai by item. `means`: 1 to 4, per unsur."""
    mood, own = MOOD * dice.gauss(), (1 - MOOD**2) ** 0.5
    return {
        item.id: 1 + bisect_left(_limits(round(means[item.unsur], 2)), mood + own * dice.gauss())
        for item in instrument.items
    }


@cache
def _limits(mean: float) -> Sequence[float]:
    """Where a standard normal is cut so that the parts are binomial with this mean."""
    p = (min(max(mean, LOWEST), HIGHEST) - 1) / 3
    shares = [(1 - p) ** 3, 3 * p * (1 - p) ** 2, 3 * p**2 * (1 - p)]
    return [_normal.inv_cdf(sum(shares[:n])) for n in (1, 2, 3)]


def profile(dice: random.Random, instrument: Instrument) -> dict[str, str | None]:
    """Who somebody says to be; None where a field was skipped."""
    if dice.random() < NOBODY_ASKED:
        return {field.id: None for field in instrument.profile}
    return {
        field.id: None
        if dice.random() < SKIPPED
        else dice.choices(field.options, PROFILE.get(field.id) or [1] * len(field.options))[0]
        for field in instrument.profile
    }


def saran(
    dice: random.Random, instrument: Instrument, said: Mapping[str, int], layanan: str
) -> str | None:
    """What somebody adds in words, mostly nothing: about what they rated lowest, or thanks."""
    item, lowest = min(said.items(), key=lambda answer: answer[1])
    if dice.random() > (0.35 if lowest <= 2 else 0.12):
        return None
    kind = "umum" if dice.random() < 0.15 else "baik"
    if lowest <= 2:
        kind = instrument.by_id[item].unsur
    text: str = dice.choice(COMMENTS[kind])
    return text.format(layanan=layanan)
