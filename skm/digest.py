"""What a digest adds to a report: where people broke off, who is silent, what to look at twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from skm.compare import Comparison
from skm.disclosure import shown
from skm.ikm import Tally, ikm
from skm.instrument import Instrument
from skm.period import Period
from skm.quality import Flag, Given, Thresholds, assisted_change, flags, tally_of
from skm.report import Report
from skm.response import Saran
from skm.upp import Mode, Upp

TREND = 12  # periods
QUOTED = 3  # comments
FLAGGED_UP_TO = 5_000  # responses (0.1 s): beyond that a digest looks at no single response


@dataclass(frozen=True)
class Odd:
    """What a look at every single response shows.

    `flags`: how many responses have each; `unflagged` is the index without them. `assisted`:
    own-device answers against those given with an officer's help.
    """

    flags: Mapping[Flag, int] = field(default_factory=dict)
    unflagged: Decimal | None = None
    assisted: Comparison | None = None

    @classmethod
    def among(
        cls,
        given: Sequence[Given],
        whole: Tally,
        instrument: Instrument,
        zone: tzinfo,
        thresholds: Thresholds,
    ) -> "Odd":
        """`whole`: the tally of all that were given to this instrument."""
        helped = any(response.mode is Mode.ASSISTED for response in given)
        assisted = assisted_change(given, instrument) if helped else None
        flagged = flags(given, zone, thresholds)
        if not flagged:
            return cls(assisted=assisted)
        rest = whole - tally_of((r for r in given if r.id in flagged), instrument)
        if not (shown(len(flagged)) and shown(rest.n)):  # theirs would follow from with and without
            return cls(assisted=assisted)
        counted = Counter(flag for found in flagged.values() for flag in found)
        return cls(counted, ikm(rest), assisted)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The figures of one official's unit and period.

    `trend`: the last TREND reports, oldest first, with this one. `saran`: the newest comments, and
    how many there were. `break_offs`: item id → how many stopped there. `silent`: units below
    without any response.
    """

    report: Report
    trend: Sequence[Report]
    saran: Sequence[Saran] = ()
    commented: int = 0
    break_offs: Mapping[str, int] = field(default_factory=dict)
    odd: Odd = field(default_factory=Odd)
    silent: Sequence[Upp] = ()
    alerts: int = 0

    @property
    def period(self) -> Period:
        return self.report.period

    @property
    def broke_off_most(self) -> str | None:
        """The item at which most people stopped."""
        return max(self.break_offs, key=lambda item: self.break_offs[item], default=None)
