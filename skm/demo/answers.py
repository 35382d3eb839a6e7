"""The answers of the demo city's people: near what was published, varied by each one's mood.

A unit's published nilai of an unsur is the mean of a binomial distribution over 1 to 4. A
respondent who is content with one thing is likely to be content with the next (a Gaussian copula
with one common factor).
"""

import random
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import NormalDist

from skm.survey.instrument import Instrument
from skm.survey.unsur import Unsur

MOOD = 0.6  # the share of the common factor in an answer
LOWEST, HIGHEST = 1.02, 3.99  # means that still leave a spread
PROFILE = {
    "gender": (55, 45),
    "age": (2, 16, 26, 26, 18, 12),
    "education": (8, 12, 42, 12, 22, 4),
    "occupation": (8, 1, 1, 32, 26, 14, 18),
    "disability": (97, 3),
}
"""Field → weights of its options."""

SKIPS_ALL, SKIPS_FIELD = 0.12, 0.05  # shares of respondents: of the whole profile, of a field
COMMENTS = tomllib.loads((Path(__file__).parent / "saran.toml").read_text(encoding="utf-8"))

_normal = NormalDist()


def answers(
    rng: random.Random, instrument: Instrument, means: Mapping[Unsur, float]
) -> dict[str, int]:
    """The answers of one respondent: item id → nilai. `means`: unsur → mean nilai, 1 to 4."""
    mood, own = MOOD * rng.gauss(), (1 - MOOD**2) ** 0.5
    return {
        item.id: 1 + bisect_left(_limits(round(means[item.unsur], 2)), mood + own * rng.gauss())
        for item in instrument.items
    }


@cache
def _limits(mean: float) -> Sequence[float]:
    """Where to cut a standard normal so that its parts are binomial with this mean."""
    p = (min(max(mean, LOWEST), HIGHEST) - 1) / 3
    shares = [(1 - p) ** 3, 3 * p * (1 - p) ** 2, 3 * p**2 * (1 - p)]
    return [_normal.inv_cdf(sum(shares[:n])) for n in (1, 2, 3)]


def profile(rng: random.Random, instrument: Instrument) -> dict[str, str | None]:
    """The profile of one respondent: field id → option, None where skipped."""
    if rng.random() < SKIPS_ALL:
        return {field.id: None for field in instrument.profile}
    return {
        field.id: None
        if rng.random() < SKIPS_FIELD
        else rng.choices(field.options, PROFILE.get(field.id) or [1] * len(field.options))[0]
        for field in instrument.profile
    }


def saran(
    rng: random.Random, instrument: Instrument, given: Mapping[str, int], layanan: str
) -> str | None:
    """The comment of one respondent: mostly none, else about the lowest rated item, or thanks.

    `given`: item id → nilai.
    """
    item, lowest = min(given.items(), key=lambda answer: answer[1])
    if rng.random() > (0.35 if lowest <= 2 else 0.12):
        return None
    kind = "umum" if rng.random() < 0.15 else "baik"
    if lowest <= 2:
        kind = instrument.by_id[item].unsur
    text: str = rng.choice(COMMENTS[kind])
    return text.format(layanan=layanan)
