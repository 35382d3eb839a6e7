"""What a digest adds to a report: break-offs, units without answers, comments, odd answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from skm.figures.report import Report
from skm.figures.tendency import Tendency, tendency
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.quality.break_offs import BreakOffs
from skm.quality.flagged import Odd
from skm.submissions.standing import Standing
from skm.survey.response import Saran

TREND = 12  # periods
QUOTED = 3  # comments


@dataclass(frozen=True)
class ReportsDue:
    """The reports of a period that the units of a subtree owe. `deadline`: the last day in time."""

    period: Period
    deadline: date
    rows: Sequence[Standing]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The figures of one official's unit and period.

    `trend`: the last TREND reports, oldest first, this period's last. `saran`: the newest comments
    of `commented`. `break_offs`: None where they may not be shown. `silent`: units below without
    any response. `alerts`: how many are open. `running`: the reports of the quarter that is
    running, of the unit itself, or of each unit where the digest is of the whole instansi.
    `due`: the reports of the last quarter that is over, until it is no longer reminded of them.
    """

    trend: Sequence[Report]
    saran: Sequence[Saran] = ()
    commented: int = 0
    break_offs: BreakOffs | None = None
    odd: Odd = field(default_factory=Odd)
    silent: Sequence[Upp] = ()
    alerts: int = 0
    running: Sequence[Report] = ()
    due: ReportsDue | None = None

    @property
    def report(self) -> Report:
        return self.trend[-1]

    @cached_property
    def tendency(self) -> Tendency | None:
        """Of the index over the trend's periods, of which the last may be running still."""
        return tendency(self.trend)

    @property
    def period(self) -> Period:
        return self.report.period
