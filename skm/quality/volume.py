"""Too many responses: at a desk in a short time, or of one person at many desks."""

from collections.abc import Hashable, Sequence
from datetime import tzinfo
from typing import Final

from skm.quality.flag import Thresholds
from skm.quality.timed_response import ResponseIds, TimedResponse, close_together, days, grouped
from skm.statistics.runs import SIZES, crowded

PEAK: Final = 1.5  # times a desk's usual pace that its busiest hours may have
OPEN_HOURS: Final = 7.0  # a day
SLOWEST: Final = 6.0  # responses an hour that are ordinary at any desk


def burst(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
    """More than any desk can serve, or more than this desk serves at other times."""
    found = close_together(responses, at.burst, at.burst_within)
    for desk in grouped(responses, lambda response: response.collector):
        if len(desk) < SIZES[0]:
            continue
        its_days = days(desk, zone)
        rate = max(PEAK * len(desk) / len(its_days) / OPEN_HOURS, SLOWEST)
        for day in its_days:
            hours = [response.submitted_at.timestamp() / 3600 for response in day]
            found.update(day[number].id for number in crowded(hours, rate))
    return found


def many_codes(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
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
