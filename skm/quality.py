"""Signs that answers were not given as they should be: flagged, never dropped.

A flag is a reason to look, not a verdict: officials see the index with and without the flagged
responses. Paper forms carry no true times, so no rule about time speaks of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from skm.compare import Comparison, compare
from skm.ikm import Tally
from skm.instrument import Instrument
from skm.upp import Mode


class Flag(StrEnum):
    """What was seen."""

    TOO_FAST = "too_fast"
    STRAIGHT_LINING = "straight_lining"
    BURST = "burst"
    MANY_CODES = "many_codes"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True)
class Thresholds:
    """From where on something is a sign. Each office may set its own.

    `per_item`: 2 seconds an item (Huang et al. 2012, J. Business and Psychology 27, 99–114).
    `straight_lines` in `straight_within`: all answers 2, or all 3, is often meant so (Reuning &
    Plutzer 2020, Survey Research Methods 14, 439–459); several in a row at one desk are not.
    `burst` in `burst_within`: more than one desk serves at a citizen a minute (our rule).
    `codes`: collectors that one person answers on one day (our rule).
    `opens`, `closes`, `weekdays` (Monday is 0): the working week of Perpres 21/2023, Monday to
    Friday from 07.30, made wider by an hour and a Saturday for desks that serve the public.
    """

    per_item: timedelta = timedelta(seconds=2)
    straight_lines: int = 3
    straight_within: timedelta = timedelta(minutes=10)
    burst: int = 10
    burst_within: timedelta = timedelta(minutes=5)
    codes: int = 4
    opens: time = time(6, 30)
    closes: time = time(17, 0)
    weekdays: frozenset[int] = frozenset(range(6))


class Given(NamedTuple):
    """As much of a response as the rules look at: a unit may have thousands in a week.

    `collector`: any key of the way in. `answers`: item id → nilai. The rest as `Response` has it.
    """

    id: str
    collector: Hashable
    instrument: str
    answers: Mapping[str, int]
    submitted_at: datetime
    started_at: datetime | None
    respondent: str | None
    mode: Mode
    upp: str = ""


Found = set[str]
"""Ids of responses."""

Rule = Callable[[Sequence[Given], Thresholds, tzinfo], Found]


def flags(
    responses: Iterable[Given], zone: tzinfo, thresholds: Thresholds | None = None
) -> dict[str, frozenset[Flag]]:
    """The flags of those responses that have any, by response id; `zone`: the instansi's."""
    timed = sorted(
        (response for response in responses if response.mode is not Mode.PAPER),
        key=lambda response: response.submitted_at,
    )
    by_id: defaultdict[str, set[Flag]] = defaultdict(set)
    for flag, rule in RULES.items():
        for id in rule(timed, thresholds or Thresholds(), zone):
            by_id[id].add(flag)
    return {id: frozenset(found) for id, found in by_id.items()}


def tally_of(responses: Iterable[Given], instrument: Instrument) -> Tally:
    """The tally of those responses that answer this instrument."""
    return Tally.of(
        [
            instrument.by_unsur(response.answers)
            for response in responses
            if response.instrument == instrument.version
        ]
    )


def assisted_change(responses: Sequence[Given], instrument: Instrument) -> Comparison:
    """From answers on people's own devices to those given with help: with an officer looking on,
    people praise more (social desirability: Kreuter, Presser & Tourangeau 2008, POQ 72, 847–865).
    """
    own, assisted = (
        tally_of((response for response in responses if response.mode is mode), instrument)
        for mode in (Mode.SELF, Mode.ASSISTED)
    )
    return compare(own, assisted, (instrument.version, instrument.version))


# --- the rules; responses come in the order of their submission --------------------------------


def _too_fast(responses: Sequence[Given], at: Thresholds, zone: tzinfo) -> Found:
    """Where the clock was set back in between, nobody knows how long it took."""
    return {
        response.id
        for response in responses
        if response.started_at is not None
        and timedelta(0)
        <= response.submitted_at - response.started_at
        < at.per_item * len(response.answers)
    }


def _straight_lining(responses: Sequence[Given], at: Thresholds, zone: tzinfo) -> Found:
    straight = [r for r in responses if set(r.answers.values()) in ({2}, {3})]
    return _crowded(straight, at.straight_lines, at.straight_within)


def _burst(responses: Sequence[Given], at: Thresholds, zone: tzinfo) -> Found:
    return _crowded(responses, at.burst, at.burst_within)


def _crowded(responses: Sequence[Given], many: int, within: timedelta) -> Found:
    """Those that are among so many from one collector within that time."""
    found: Found = set()
    for group in _grouped(responses, lambda response: response.collector):
        for end in range(many, len(group) + 1):
            some = group[end - many : end]
            if some[-1].submitted_at - some[0].submitted_at <= within:
                found.update(response.id for response in some)
    return found


def _many_codes(responses: Sequence[Given], at: Thresholds, zone: tzinfo) -> Found:
    def person_and_day(response: Given) -> Hashable:
        if response.respondent is None:
            return None
        return response.respondent, response.submitted_at.astimezone(zone).date()

    return {
        response.id
        for group in _grouped(responses, person_and_day)
        if len({response.collector for response in group}) >= at.codes
        for response in group
    }


def _outside_hours(responses: Sequence[Given], at: Thresholds, zone: tzinfo) -> Found:
    """By the moment of the scan, since many finish on their way home."""
    return {
        response.id
        for response in responses
        if not _open(at, (response.started_at or response.submitted_at).astimezone(zone))
    }


def _open(at: Thresholds, moment: datetime) -> bool:
    return moment.weekday() in at.weekdays and at.opens <= moment.time() < at.closes


def _grouped(responses: Iterable[Given], key: Callable[[Given], Hashable]) -> list[list[Given]]:
    """By key, in their order; those whose key is None (nothing known) are in no group."""
    groups: defaultdict[Hashable, list[Given]] = defaultdict(list)
    for response in responses:
        groups[key(response)].append(response)
    groups.pop(None, None)
    return list(groups.values())


RULES: dict[Flag, Rule] = {
    Flag.TOO_FAST: _too_fast,
    Flag.STRAIGHT_LINING: _straight_lining,
    Flag.BURST: _burst,
    Flag.MANY_CODES: _many_codes,
    Flag.OUTSIDE_HOURS: _outside_hours,
}
"""Each flag and who raises it."""
