"""Rules for a single response: how fast, at what time of day, and from which network it came."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from skm.quality.flag import Thresholds
from skm.quality.timed_response import DeskDays, ResponseIds, TimedResponse


def too_fast(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """A negative duration, from a clock that was set back, is unknown and therefore not flagged."""
    return {
        response.id
        for response in responses
        if response.started_at is not None
        and timedelta(0)
        <= response.submitted_at - response.started_at
        < at.per_item * len(response.answers)
    }


def outside_hours(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """By the time of the scan, because many people finish on their way home."""
    return {
        response.id
        for response in responses
        if not _open(at, (response.started_at or response.submitted_at).astimezone(zone))
    }


def _open(at: Thresholds, moment: datetime) -> bool:
    return moment.weekday() in at.weekdays and at.opens <= moment.time() < at.closes


def one_network(
    responses: Sequence[TimedResponse], desk_days: DeskDays, at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """Found on the evening of its day (skm/quality/network.py), when the networks are forgotten."""
    return {response.id for response in responses if response.one_network}
