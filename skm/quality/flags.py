"""Signs that responses were not given as they should be. They are flagged, never dropped.

A flag is a reason to look, not a verdict: officials see the index with and without the flagged
responses. Paper forms are left out, because their times are those of the typing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Final

from skm.instansi.collector import Mode
from skm.quality.agreement import agreement, even_spacing
from skm.quality.alike import straight_lining
from skm.quality.flag import Flag, Thresholds
from skm.quality.single import one_network, outside_hours, too_fast
from skm.quality.timed_response import DeskDays, ResponseIds, TimedResponse, days
from skm.quality.volume import burst, many_codes

Rule = Callable[[Sequence[TimedResponse], DeskDays, Thresholds, tzinfo], ResponseIds]

RULES: Final[dict[Flag, Rule]] = {
    Flag.TOO_FAST: too_fast,
    Flag.STRAIGHT_LINING: straight_lining,
    Flag.AGREEMENT: agreement,
    Flag.BURST: burst,
    Flag.EVEN_SPACING: even_spacing,
    Flag.MANY_CODES: many_codes,
    Flag.ONE_NETWORK: one_network,
    Flag.OUTSIDE_HOURS: outside_hours,
}
"""A rule gets responses sorted by submission, also grouped by desk and day, and returns the ids of
those it flags.
"""


def flags(
    responses: Iterable[TimedResponse], zone: tzinfo, thresholds: Thresholds | None = None
) -> dict[str, frozenset[Flag]]:
    """Response id → its flags, for responses that have any. `zone`: the instansi's."""
    timed = sorted(
        (response for response in responses if response.mode is not Mode.PAPER),
        key=lambda response: (response.submitted_at, response.id),
    )
    desk_days = days(timed, zone)
    by_id: defaultdict[str, set[Flag]] = defaultdict(set)
    for flag, rule in RULES.items():
        for id in rule(timed, desk_days, thresholds or Thresholds(), zone):
            by_id[id].add(flag)
    return {id: frozenset(found) for id, found in by_id.items()}
