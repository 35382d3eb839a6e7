"""The stored form of a response's answers: JSON, unsur → item → nilai.

It names the unsur of each item, so that a response can be counted without its instrument.
"""

import json
from functools import lru_cache

from skm.figures.ikm import Tally
from skm.survey.instrument import Instrument
from skm.survey.response import Response
from skm.survey.unsur import Unsur


def encode(instrument: Instrument, response: Response) -> str:
    grouped: dict[str, dict[str, int]] = {}
    for item in instrument.items:
        grouped.setdefault(item.unsur, {})[item.id] = response.answers[item.id]
    return json.dumps(grouped, separators=(",", ":"), ensure_ascii=False)


def by_item(encoded: str) -> dict[str, int]:
    """Returns item → nilai."""
    by_unsur = json.loads(encoded).values()
    return {item: nilai for items in by_unsur for item, nilai in items.items()}


@lru_cache(16384)  # many responses have the same answers
def tally_of(encoded: str) -> Tally:
    """Returns the tally of this one response."""
    by_unsur = json.loads(encoded).items()
    return Tally.of_response({Unsur(unsur): list(items.values()) for unsur, items in by_unsur})
