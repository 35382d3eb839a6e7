"""Whether a figure has changed or only varies by chance.

"Naik" and "turun" are said only where the 95 % interval of the difference excludes 0, and where
several changes are looked at together only of those that remain when false discoveries are
controlled (`believed`). Figures of two instruments are not one series and are never compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from skm.figures.ikm import Tally, ikm, nilai, rounded
from skm.figures.sample import Interval, index_mean, unsur_mean
from skm.statistics.bounded_mean import SampleMean
from skm.statistics.difference import difference, p_value
from skm.statistics.discoveries import discoveries
from skm.survey.unsur import Unsur

_Key = TypeVar("_Key")

Instruments = tuple[str | None, str | None]
"""The versions that were answered, before and after."""

ENOUGH_TO_COMPARE: Final = 5
"""Responses on either side; the rate of false changes was measured from here on."""


class Change(StrEnum):
    """What may be said about a difference."""

    NAIK = "naik"
    TURUN = "turun"
    TIDAK_BERBEDA_NYATA = "tidak_berbeda_nyata"
    TIDAK_DAPAT_DIBANDINGKAN = "tidak_dapat_dibandingkan"


class Reason(StrEnum):
    """Why two figures cannot be compared."""

    INSTRUMENT = "instrumen_berbeda"
    TOO_FEW = "responden_terlalu_sedikit"


@dataclass(frozen=True)
class Comparison:
    """After minus before, in points of the scale 25–100.

    `difference`: of the two printed figures, so that readers get the same by subtracting.
    `interval`: 95 %, of the exact difference. `reason`: only where nothing can be compared.
    """

    change: Change
    difference: Decimal | None = None
    interval: Interval | None = None
    reason: Reason | None = None
    means: tuple[SampleMean, SampleMean] | None = field(default=None, compare=False, repr=False)
    known_p: float | None = field(default=None, compare=False, repr=False)

    @property
    def is_change(self) -> bool:
        return self.change in (Change.NAIK, Change.TURUN)

    @property
    def p(self) -> float:
        """How often chance alone makes as large a difference; 1 where no change is shown, since no
        procedure reports a change that is not significant by itself.
        """
        if not self.is_change:
            return 1.0
        return p_value(*self.means) if self.means else self.known_p or 0.0


def compare(before: Tally, after: Tally, instruments: Instruments) -> Comparison:
    """The change of the index."""
    refused = _refused(before, after, instruments)
    if refused:
        return refused
    printed = (ikm(after) or Decimal()) - (ikm(before) or Decimal())
    return _compared(index_mean(before), index_mean(after), printed)


def compare_unsur(before: Tally, after: Tally, instruments: Instruments) -> dict[Unsur, Comparison]:
    """The change of the nilai (25 × nrr) of each unsur; see `believed`."""
    refused = _refused(before, after, instruments)
    if refused:
        return dict.fromkeys(Unsur, refused)
    was, now = nilai(before), nilai(after)
    return believed(
        {
            unsur: _compared(
                unsur_mean(before, unsur), unsur_mean(after, unsur), now[unsur] - was[unsur]
            )
            for unsur in Unsur
        }
    )


def believed(changes: Mapping[_Key, Comparison]) -> dict[_Key, Comparison]:
    """The same changes, each said to be none that may not be reported beside the others, so that of
    those that are reported at most one in twenty is chance (see `discoveries`).
    """
    compared = {key: each for key, each in changes.items() if not each.reason}
    if len(compared) < 2:
        return dict(changes)
    reported = discoveries({key: each.p for key, each in compared.items()})
    return {
        key: each if key in reported or not each.is_change else _not_said(each)
        for key, each in changes.items()
    }


def _not_said(comparison: Comparison) -> Comparison:
    return replace(comparison, change=Change.TIDAK_BERBEDA_NYATA)


def _refused(before: Tally, after: Tally, instruments: Instruments) -> Comparison | None:
    if min(before.n, after.n) < ENOUGH_TO_COMPARE:
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.TOO_FEW)
    if instruments[0] != instruments[1]:
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.INSTRUMENT)
    return None


def _compared(before: SampleMean, after: SampleMean, printed: Decimal) -> Comparison:
    found = difference(before, after)
    change = Change.TIDAK_BERBEDA_NYATA
    if found.excludes_none:
        change = Change.NAIK if found.value > 0 else Change.TURUN
    interval = rounded(Fraction(75 * found.low), 2), rounded(Fraction(75 * found.high), 2)
    return Comparison(change, printed, interval, means=(before, after))
