"""Signs that responses were not given as they should be. They are flagged, never dropped.

A flag is a reason to look, not a verdict: officials see the index with and without the flagged
responses. Paper forms are left out, because their times are those of the typing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from skm.figures.compare import Comparison, compare
from skm.figures.ikm import Tally
from skm.instansi.collector import Mode
from skm.statistics.runs import SIZES, crowded, is_run_by_chance
from skm.survey.instrument import Instrument


class Flag(StrEnum):
    TOO_FAST = "too_fast"
    STRAIGHT_LINING = "straight_lining"
    BURST = "burst"
    MANY_CODES = "many_codes"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True)
class Thresholds:
    """Above which limits a response is flagged. The defaults are used wherever none are set.

    `per_item`: 2 seconds an item (Huang et al. 2012, J. Business and Psychology 27, 99–114).
    `straight_lines` in `straight_within`: a single response with all answers 2, or all 3, is often
    meant so (Reuning & Plutzer 2020, Survey Research Methods 14, 439–459); several in a row at one
    collector are not, unless many of the unit's responses are like that. `burst` in `burst_within`:
    more responses than one service desk can serve, at one citizen a minute (our rule); also fewer
    and slower ones that the desk's own pace does not explain (see `crowded`). `codes`: collectors
    that one person answers on one day (our rule). `opens`, `closes`, `weekdays` (Monday is 0): the
    working week of Perpres 21/2023, Monday to Friday from 07.30, wider by an hour and a Saturday
    for desks that serve the public.
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


class TimedResponse(NamedTuple):
    """The part of a response that the rules need; a unit may have thousands in a week.

    `collector`: any key of the collector. `answers`: item id → nilai. The rest as in `Response`.
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


ResponseIds = set[str]

PEAK: Final = 1.5  # times a desk's usual pace that its busiest hours may have
OPEN_HOURS: Final = 7.0  # a day
SLOWEST: Final = 6.0  # responses an hour that are ordinary at any desk
LOW: Final = (2, 3)
HIGHEST: Final = 4
LEAST_RUN: Final = 5  # responses of 4 throughout, one after the other
USUAL: Final = {"low": 0.1, "highest": 0.6}  # the share of a unit without other responses
BY_CHANCE: Final = {"low": 0.01, "highest": 0.0001}  # how often at most a run is flagged in error

Rule = Callable[[Sequence[TimedResponse], Thresholds, tzinfo], ResponseIds]


def flags(
    responses: Iterable[TimedResponse], zone: tzinfo, thresholds: Thresholds | None = None
) -> dict[str, frozenset[Flag]]:
    """Response id → its flags, for responses that have any. `zone`: the instansi's."""
    timed = sorted(
        (response for response in responses if response.mode is not Mode.PAPER),
        key=lambda response: response.submitted_at,
    )
    by_id: defaultdict[str, set[Flag]] = defaultdict(set)
    for flag, rule in RULES.items():
        for id in rule(timed, thresholds or Thresholds(), zone):
            by_id[id].add(flag)
    return {id: frozenset(found) for id, found in by_id.items()}


def tally_of(responses: Iterable[TimedResponse], instrument: Instrument) -> Tally:
    """The tally of the responses to this instrument; those of a collector and day are alike."""
    own = (response for response in responses if response.instrument == instrument.version)
    days = _grouped(own, lambda response: (response.collector, response.submitted_at.date()))
    each = (Tally.of([instrument.by_unsur(r.answers) for r in day]).of_one_day() for day in days)
    return sum(each, Tally.empty())


def assisted_change(responses: Sequence[TimedResponse], instrument: Instrument) -> Comparison:
    """The change from responses on own devices to responses given with an officer's help. With an
    officer present people rate higher (social desirability: Kreuter, Presser & Tourangeau 2008,
    Public Opinion Quarterly 72, 847–865).
    """
    own, assisted = (
        tally_of((response for response in responses if response.mode is mode), instrument)
        for mode in (Mode.SELF, Mode.ASSISTED)
    )
    return compare(own, assisted, (instrument.version, instrument.version))


# --- the rules; responses are sorted by submission -----------------------------------------------


def _too_fast(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
    """A negative duration, from a clock that was set back, is unknown and therefore not flagged."""
    return {
        response.id
        for response in responses
        if response.started_at is not None
        and timedelta(0)
        <= response.submitted_at - response.started_at
        < at.per_item * len(response.answers)
    }


def _straight_lining(
    responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo
) -> ResponseIds:
    """Runs of the same nilai throughout that the unit's other responses do not explain."""
    only = {response.id: _only(response) for response in responses}
    low = [response for response in responses if only[response.id] in LOW]
    several = _crowded(low, at.straight_lines, at.straight_within)
    near = _days([response for response in low if response.id in several], zone)
    runs = [*near, *_runs_of_highest(responses, only, zone)]
    given = Counter((response.upp, _kind(only[response.id])) for response in responses)
    units = Counter(response.upp for response in responses)
    found: ResponseIds = set()
    for run in runs:
        upp, kind, among = run[0].upp, _kind(only[run[0].id]), units[run[0].upp]
        usual = (given[upp, kind] - len(run) + USUAL[kind]) / (among - len(run) + 1)
        if not is_run_by_chance(len(run), usual, among, BY_CHANCE[kind]):
            found.update(response.id for response in run)
    return found


def _only(response: TimedResponse) -> int | None:
    """The nilai of all answers; None where they differ."""
    given = set(response.answers.values())
    return given.pop() if len(given) == 1 else None


def _kind(only: int | None) -> str:
    return "low" if only in LOW else "highest" if only == HIGHEST else "other"


def _runs_of_highest(
    responses: Sequence[TimedResponse], only: Mapping[str, int | None], zone: tzinfo
) -> Iterator[Sequence[TimedResponse]]:
    """Responses of 4 throughout that follow each other at a collector on one day."""
    for day in _days(responses, zone):
        for highest, run in groupby(day, lambda response: only[response.id] == HIGHEST):
            if highest and len(found := list(run)) >= LEAST_RUN:
                yield found


def _burst(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
    """More than any desk can serve, or more than this desk serves at other times."""
    found = _crowded(responses, at.burst, at.burst_within)
    for desk in _grouped(responses, lambda response: response.collector):
        if len(desk) < SIZES[0]:
            continue
        days = _days(desk, zone)
        rate = max(PEAK * len(desk) / len(days) / OPEN_HOURS, SLOWEST)
        for day in days:
            hours = [response.submitted_at.timestamp() / 3600 for response in day]
            found.update(day[number].id for number in crowded(hours, rate))
    return found


def _days(responses: Sequence[TimedResponse], zone: tzinfo) -> list[list[TimedResponse]]:
    """By collector and local day; responses without a collector are left out."""

    def desk_and_day(response: TimedResponse) -> Hashable:
        if response.collector is None:
            return None
        return response.collector, response.submitted_at.astimezone(zone).date()

    return _grouped(responses, desk_and_day)


def _crowded(responses: Sequence[TimedResponse], many: int, within: timedelta) -> ResponseIds:
    """Responses that are among at least `many` from one collector within that time."""
    found: ResponseIds = set()
    for group in _grouped(responses, lambda response: response.collector):
        for end in range(many, len(group) + 1):
            some = group[end - many : end]
            if some[-1].submitted_at - some[0].submitted_at <= within:
                found.update(response.id for response in some)
    return found


def _many_codes(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
    def person_and_day(response: TimedResponse) -> Hashable:
        if response.respondent is None:
            return None
        return response.respondent, response.submitted_at.astimezone(zone).date()

    return {
        response.id
        for group in _grouped(responses, person_and_day)
        if len({response.collector for response in group}) >= at.codes
        for response in group
    }


def _outside_hours(responses: Sequence[TimedResponse], at: Thresholds, zone: tzinfo) -> ResponseIds:
    """By the time of the scan, because many people finish on their way home."""
    return {
        response.id
        for response in responses
        if not _open(at, (response.started_at or response.submitted_at).astimezone(zone))
    }


def _open(at: Thresholds, moment: datetime) -> bool:
    return moment.weekday() in at.weekdays and at.opens <= moment.time() < at.closes


def _grouped(
    responses: Iterable[TimedResponse], key: Callable[[TimedResponse], Hashable]
) -> list[list[TimedResponse]]:
    """The responses grouped by key, in their order; those with the key None are left out."""
    groups: defaultdict[Hashable, list[TimedResponse]] = defaultdict(list)
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
