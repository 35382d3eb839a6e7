"""What the rules need of a response, and the groups they look at: a desk, a desk's day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple, TypeVar

from skm.figures.ikm import Tally
from skm.instansi.collector import Mode
from skm.survey.instrument import Instrument


class TimedResponse(NamedTuple):
    """The part of a response that the rules need; a unit may have thousands in a week.

    `collector`: any key of the collector. `answers`: item id → nilai. `one_network`: whether it
    came from one network with too many others of its desk and day. The rest as in `Response`.
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
    one_network: bool = False


ResponseIds = set[str]
DeskDays = Sequence[Sequence[TimedResponse]]
Given = TypeVar("Given")


def grouped(given: Iterable[Given], key: Callable[[Given], Hashable]) -> list[list[Given]]:
    """Responses, or days of responses, grouped by key, in their order; those with the key None are
    left out.
    """
    groups: defaultdict[Hashable, list[Given]] = defaultdict(list)
    for each in given:
        groups[key(each)].append(each)
    groups.pop(None, None)
    return list(groups.values())


def days(responses: Sequence[TimedResponse], zone: tzinfo) -> list[list[TimedResponse]]:
    """By collector, unit and local day; responses without a collector are left out."""

    def desk_and_day(response: TimedResponse) -> Hashable:
        if response.collector is None:
            return None
        day = response.submitted_at.astimezone(zone).date()
        return response.collector, response.upp, day

    return grouped(responses, desk_and_day)


def close_together(responses: Sequence[TimedResponse], many: int, within: timedelta) -> ResponseIds:
    """Responses that are among at least `many` from one collector within that time."""
    found: ResponseIds = set()
    for group in grouped(responses, lambda response: response.collector):
        for end in range(many, len(group) + 1):
            some = group[end - many : end]
            if some[-1].submitted_at - some[0].submitted_at <= within:
                found.update(response.id for response in some)
    return found


def tally_of(responses: Iterable[TimedResponse], instrument: Instrument) -> Tally:
    """The tally of the responses to this instrument; those of a collector and day are alike."""
    own = (response for response in responses if response.instrument == instrument.version)
    groups = grouped(own, lambda response: (response.collector, response.submitted_at.date()))
    each = (Tally.of([instrument.by_unsur(r.answers) for r in day]).of_one_day() for day in groups)
    return sum(each, Tally.empty())
