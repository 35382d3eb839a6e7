"""What checking every single response adds to the index, as far as it may be shown.

An index without some responses says something about these, and beside the digests of other units
about still fewer. So it is given only if in no unit it parts off a group of one to four.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Final

from skm.figures.compare import Comparison
from skm.figures.ikm import Tally, ikm
from skm.instansi.collector import Mode
from skm.privacy.small_groups import is_small
from skm.quality.assisted import assisted_change
from skm.quality.flag import Flag, Thresholds
from skm.quality.flags import flags
from skm.quality.timed_response import TimedResponse, tally_of
from skm.survey.instrument import Instrument

LEFT_OUT: Final = frozenset(Flag) - {Flag.STRAIGHT_LINING}
"""Flags that say how a response came, not what it says: leaving out those who are all alike but
content would lower the index, leaving out those who are not would raise it.
"""


@dataclass(frozen=True)
class Odd:
    """`flags`: flag → number of responses that have it. `unflagged`: the index without responses
    that have a flag of LEFT_OUT within their own unit, None where it may not be shown. `assisted`:
    answers given on own devices compared with answers given with an officer's help.
    """

    flags: Mapping[Flag, int] = field(default_factory=dict)
    unflagged: Decimal | None = None
    assisted: Comparison | None = None


def look(
    given: Sequence[TimedResponse],
    whole: Tally,
    instrument: Instrument,
    zone: tzinfo,
    thresholds: Thresholds,
) -> Odd:
    """Checks the responses of a unit and the units below it. `whole`: what the unit's report counts
    of the responses to this instrument.
    """
    by_unit: defaultdict[str, list[TimedResponse]] = defaultdict(list)
    for response in given:
        by_unit[response.upp].append(response)
    found = flags(given, zone, thresholds)
    by_own = found
    if len(by_unit) > 1:  # flags within each unit, so that the groups of units add up
        by_own = {}
        for own in by_unit.values():
            by_own |= flags(own, zone, thresholds)
    removed = {id for id, own in by_own.items() if own & LEFT_OUT}
    assisted = _assisted(given, removed, instrument)
    if is_small(len(found)):
        return Odd(assisted=assisted)
    counted = Counter(flag for each in found.values() for flag in each)
    return Odd(counted, _unflagged(given, removed, whole, instrument), assisted)


def _unflagged(
    given: Sequence[TimedResponse], removed: Set[str], whole: Tally, instrument: Instrument
) -> Decimal | None:
    """None also where some counted responses are gone: the index would be partly theirs; and where
    it would be higher: leaving people out must not raise the figure.
    """
    counted = [r for r in given if r.instrument == instrument.version]
    if removed and len(counted) == whole.n and _no_small_group(counted, lambda r: r.id in removed):
        rest = ikm(whole - tally_of((r for r in counted if r.id in removed), instrument))
        return rest if rest is not None and rest <= (ikm(whole) or 0) else None
    return None


def _assisted(
    given: Sequence[TimedResponse], removed: Set[str], instrument: Instrument
) -> Comparison | None:
    helped = any(r.mode is Mode.ASSISTED for r in given)
    if helped and _no_small_group(given, lambda r: (r.mode, r.id in removed)):
        return assisted_change(given, instrument)
    return None


def _no_small_group(
    given: Sequence[TimedResponse], group: Callable[[TimedResponse], Hashable]
) -> bool:
    """Whether no group is small in any unit."""
    sizes = Counter((r.upp, r.instrument, group(r)) for r in given)
    return not any(map(is_small, sizes.values()))
