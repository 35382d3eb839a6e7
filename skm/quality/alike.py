"""Responses that are all alike: runs of one nilai throughout that the unit does not explain."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Final

from skm.quality.flag import Thresholds
from skm.quality.timed_response import DeskDays, ResponseIds, TimedResponse, close_together, days
from skm.statistics.clusters import PLANNED_ICC
from skm.statistics.runs import is_run_by_chance

LOW: Final = (2, 3)
HIGHEST: Final = 4
LEAST_RUN: Final = 5  # responses of 4 throughout, one after the other
USUAL: Final = {"low": 0.1, "highest": 0.6}  # the share of a unit without other responses
BY_CHANCE: Final = {"low": 0.01, "highest": 0.01}  # how often at most a run is flagged in error
ICC: Final = {"low": 0.0, "highest": PLANNED_ICC}


def straight_lining(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """Runs of the same nilai throughout that the unit's other responses do not explain."""
    only = {response.id: _only(response) for response in responses}
    low = [response for response in responses if only[response.id] in LOW]
    several = close_together(low, at.straight_lines, at.straight_within)
    near = days([response for response in low if response.id in several], zone) if several else []
    runs = [*near, *_runs_of_highest(desk_days, only)]
    given = Counter((response.upp, _kind(only[response.id])) for response in responses)
    units = Counter(response.upp for response in responses)
    found: ResponseIds = set()
    for run in runs:
        upp, kind, among = run[0].upp, _kind(only[run[0].id]), units[run[0].upp]
        usual = (given[upp, kind] - len(run) + USUAL[kind]) / (among - len(run) + 1)
        if not is_run_by_chance(len(run), usual, among, BY_CHANCE[kind], ICC[kind]):
            found.update(response.id for response in run)
    return found


def _only(response: TimedResponse) -> int | None:
    """The nilai of all answers; None where they differ."""
    given = set(response.answers.values())
    return given.pop() if len(given) == 1 else None


def _kind(only: int | None) -> str:
    return "low" if only in LOW else "highest" if only == HIGHEST else "other"


def _runs_of_highest(
    desk_days: DeskDays, only: Mapping[str, int | None]
) -> Iterator[Sequence[TimedResponse]]:
    """Responses of 4 throughout that follow each other at a collector on one day."""
    for day in desk_days:
        for highest, run in groupby(day, lambda response: only[response.id] == HIGHEST):
            if highest and len(found := list(run)) >= LEAST_RUN:
                yield found
