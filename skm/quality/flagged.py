"""What checking every single response adds to the index, as far as it may be shown.

An index without some responses says something about these, and beside the digests of other units
about still fewer. So it is given only if in no unit it parts off a group of one to four.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from statistics import fmean
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

HOW_IT_CAME: Final = frozenset(Flag) - {Flag.STRAIGHT_LINING, Flag.AGREEMENT}
"""Flags that do not depend on what a response says: leaving these out favours no answer."""


@dataclass(frozen=True)
class Odd:
    """`flags`: flag → number of responses that have it. `count`: of responses that have any.
    `unflagged`: how high the index is at least without what may have been made up; None where it
    may not be shown. `assisted`: answers given on own devices compared with answers given with an
    officer's help.

    Left out of `unflagged` is what is flagged for how it came, and of what is flagged for what it
    says (all alike) only responses above their own unit's mean: people who agree in complaining
    stay in. It is not shown where it would still be higher than the index.
    """

    flags: Mapping[Flag, int] = field(default_factory=dict)
    unflagged: Decimal | None = None
    assisted: Comparison | None = None
    count: int = 0


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
    removed: set[str] = set()
    for own in by_unit.values():  # flags within each unit, so that the groups of units add up
        by_own = flags(own, zone, thresholds) if len(by_unit) > 1 else found
        removed |= _left_out(own, by_own)
    assisted = _assisted(given, removed, instrument)
    if is_small(len(found)):
        return Odd(assisted=assisted)
    counted = Counter(flag for each in found.values() for flag in each)
    unflagged = _unflagged(given, removed, whole, instrument)
    return Odd(counted, unflagged, assisted, len(found))


def _left_out(unit: Sequence[TimedResponse], found: Mapping[str, Set[Flag]]) -> set[str]:
    """See Odd; responses of one unit."""
    mean = fmean(_mean(response) for response in unit)
    return {
        response.id
        for response in unit
        if (own := found.get(response.id)) and (own & HOW_IT_CAME or _mean(response) > mean)
    }


def _mean(response: TimedResponse) -> float:
    return fmean(response.answers.values())


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
