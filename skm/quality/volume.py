"""Too many responses: at a desk in a short time or on a day, or of one person at many desks."""

from collections.abc import Hashable, Sequence
from datetime import tzinfo
from itertools import chain
from typing import Final

from skm.quality.flag import Thresholds
from skm.quality.timed_response import DeskDays, ResponseIds, TimedResponse, close_together, grouped
from skm.statistics.runs import CHANCE, PEAK, SIZES, Attendance, crowded
from skm.statistics.tails import poisson_tail

OPEN_HOURS: Final = 7.0  # a day
ORDINARY: Final = 4.0  # responses an hour that are ordinary at any desk
HISTORY: Final = 3  # other days with responses from which on a day is compared with them


def burst(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """More than any desk can serve, or more than this desk serves at other times and on other days:
    in a row, or (`HISTORY`) on a whole day.
    """
    found = close_together(responses, at.burst, at.burst_within)
    for its_days in grouped(desk_days, lambda day: (day[0].collector, day[0].upp)):
        answered = sum(map(len, its_days))
        if answered < SIZES[0]:
            continue
        clock = [[_hour(response, zone) for response in day] for day in its_days]
        pace = Attendance(sorted(chain(*clock)), len(its_days), OPEN_HOURS, ORDINARY)
        for day, hours in zip(its_days, clock, strict=True):
            if _is_flood(len(day), answered - len(day), len(its_days) - 1):
                found.update(response.id for response in day)
            else:
                found.update(day[place].id for place in crowded(hours, pace))
    return found


def _hour(response: TimedResponse, zone: tzinfo) -> float:
    local = response.submitted_at.astimezone(zone)
    return local.hour + local.minute / 60 + (local.second + local.microsecond / 1e6) / 3600


def _is_flood(n: int, others: int, other_days: int) -> bool:
    """Whether PEAK times the mean of the other days does not explain so many on one day."""
    if other_days < HISTORY or n < SIZES[0]:
        return False
    return poisson_tail(n, PEAK * max(others / other_days, 1)) <= CHANCE


def many_codes(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    def person_and_day(response: TimedResponse) -> Hashable:
        if response.respondent is None:
            return None
        return response.respondent, response.submitted_at.astimezone(zone).date()

    return {
        response.id
        for group in grouped(responses, person_and_day)
        if len({response.collector for response in group}) >= at.codes
        for response in group
    }
