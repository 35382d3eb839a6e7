"""What a look at every single response shows beside the index, as far as it may be told.

The index without some responses tells of them, and beside the digests of the units around it of
fewer still: so it is told only where in no unit at all a group of one to four would be parted off.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from skm.compare import Comparison
from skm.disclosure import shown
from skm.ikm import Tally, ikm
from skm.instrument import Instrument
from skm.quality import Flag, Given, Thresholds, assisted_change, flags, tally_of
from skm.upp import Mode


@dataclass(frozen=True)
class Odd:
    """`flags`: how many responses have each; `unflagged` is the index without those that have any
    for what was given in their unit, None where it may not be told. `assisted`: own-device answers
    against those given with an officer's help.
    """

    flags: Mapping[Flag, int] = field(default_factory=dict)
    unflagged: Decimal | None = None
    assisted: Comparison | None = None


def look(
    given: Sequence[Given],
    whole: Tally,
    instrument: Instrument,
    zone: tzinfo,
    thresholds: Thresholds,
) -> Odd:
    """At what was given in a unit and those below it. `whole`: the tally of all that were given to
    this instrument.
    """
    by_unit: defaultdict[str, list[Given]] = defaultdict(list)
    for response in given:
        by_unit[response.upp].append(response)
    found = flags(given, zone, thresholds)
    out: Set[str] = found.keys()
    if len(by_unit) > 1:  # those of their own unit, so that the groups of units add up
        out = {id for own in by_unit.values() for id in flags(own, zone, thresholds)}
    assisted = _assisted(given, out, instrument)
    if not shown(len(found)):
        return Odd(assisted=assisted)
    counted = Counter(flag for each in found.values() for flag in each)
    return Odd(counted, _unflagged(given, out, whole, instrument), assisted)


def _unflagged(
    given: Sequence[Given], out: Set[str], whole: Tally, instrument: Instrument
) -> Decimal | None:
    counted = [r for r in given if r.instrument == instrument.version]
    if out and _five_each(counted, lambda r: r.id in out):
        return ikm(whole - tally_of((r for r in counted if r.id in out), instrument))
    return None


def _assisted(given: Sequence[Given], out: Set[str], instrument: Instrument) -> Comparison | None:
    helped = any(r.mode is Mode.ASSISTED for r in given)
    if helped and _five_each(given, lambda r: (r.mode, r.id in out)):
        return assisted_change(given, instrument)
    return None


def _five_each(given: Sequence[Given], group: Callable[[Given], Hashable]) -> bool:
    """No group is of few, in no unit."""
    return all(map(shown, Counter((r.upp, r.instrument, group(r)) for r in given).values()))
