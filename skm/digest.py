"""What a digest adds to a report: where people broke off, who is silent, what to look at twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skm.odd import Odd
from skm.period import Period
from skm.report import Report
from skm.response import Saran
from skm.upp import Upp

TREND = 12  # periods
QUOTED = 3  # comments
FLAGGED_UP_TO = 5_000  # responses (0.1 s): beyond that a digest looks at no single response


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
