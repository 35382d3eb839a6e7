"""Responses that agree with each other, or follow each other, more evenly than people do."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import tzinfo
from functools import cache
from typing import Final

from skm.quality.flag import Thresholds
from skm.quality.timed_response import DeskDays, ResponseIds, TimedResponse
from skm.statistics.clusters import PLANNED_ICC
from skm.statistics.runs import regular
from skm.statistics.tails import beta_binomial_tail

RUNS: Final = (8, 12, 16)  # responses in a row that are compared with each other
BAND: Final = 3  # sums of nilai next to each other that count as agreeing
LEAST: Final = 0.75  # the share of a run that has to agree
USUAL: Final = 0.3  # the share of any band in a unit without other responses,
WORTH: Final = 5  # which counts as much as so many responses
CHANCE: Final = 0.00003  # how often at most a run of that length agrees by chance


def agreement(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """Runs at a collector on one day that agree more than the unit's other responses explain, where
    those of one day are as alike as usual (PLANNED_ICC).

    Two responses agree where the sums of their nilai differ by less than BAND; those of other
    days are the history that they are compared with.
    """
    sums = {response.id: sum(response.answers.values()) for response in responses}
    by_unit: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for response in responses:
        by_unit[response.upp][sums[response.id]] += 1
    found: ResponseIds = set()
    for day in desk_days:
        if len(day) < RUNS[0]:
            continue
        own = [sums[response.id] for response in day]
        others = by_unit[day[0].upp] - Counter(own)
        for low in set(own):
            band = range(low, low + BAND)
            inside = [place for place, total in enumerate(own) if total in band]
            if len(inside) >= LEAST * RUNS[0]:
                runs = _agreeing(inside, _usual(others, band))
                found.update(day[place].id for place in runs)
    return found


def _usual(others: Counter[int], band: range) -> float:
    share = sum(others[total] for total in band) + USUAL * WORTH
    return share / (others.total() + WORTH)


def _agreeing(inside: Sequence[int], usual: float) -> set[int]:
    """Which of these places of a day, sorted, are in a run in which that many are not by chance."""
    found: set[int] = set()
    for size in RUNS:
        many = _too_many(size, round(usual, 3))
        for first, last in zip(inside, inside[many - 1 :], strict=False):
            if last - first < size:
                found.update(place for place in inside if first <= place <= last)
    return found


@cache
def _too_many(size: int, usual: float) -> int:
    """How many of a run of this size agree by CHANCE at most; `size` + 1 where all of them may."""
    for many in range(math.ceil(LEAST * size), size + 1):
        if beta_binomial_tail(many, size, usual, PLANNED_ICC) <= CHANCE:
            return many
    return size + 1


def even_spacing(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """Runs at a collector that follow each other like clockwork (see `regular`)."""
    return {
        day[place].id
        for day in desk_days
        for place in regular([response.submitted_at.timestamp() for response in day])
    }
