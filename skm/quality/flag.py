"""The signs that responses were not given as they should be, and from which limits on."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


class Flag(StrEnum):
    TOO_FAST = "too_fast"
    STRAIGHT_LINING = "straight_lining"
    AGREEMENT = "agreement"
    BURST = "burst"
    EVEN_SPACING = "even_spacing"
    MANY_CODES = "many_codes"
    ONE_NETWORK = "one_network"
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
