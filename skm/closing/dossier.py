"""What official documents are made from: every value of a unit, or of the whole instansi, in a
period. Figures that may not be shown are marked as withheld here, so that no format can forget it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from skm.closing.archive import Questionnaire
from skm.closing.frozen import Head, Revision
from skm.figures.breakdown import ShownBreakdown
from skm.figures.drivers import Drivers
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.figures.validity import Validity
from skm.follow_up.photo import Photo
from skm.follow_up.realised import counts, shares
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.collector import Mode
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.intake.recaps.recap import Published
from skm.privacy.small_groups import WithheldUnits
from skm.quality.flagged import Odd
from skm.quality.representation import Representation

TREND = 8  # periods


@dataclass(frozen=True)
class Dossier:
    """A unit with everything below it.

    `above`: the name of the unit above. `trend`: the last TREND periods of the same length, this
    one last. `published`: what was reported before. `follow_up` is of this period,
    `before_follow_up` of the one before. `validity`: None with too few respondents. `closing`: None
    while the period is open. `kept`: whether all of it is as it was closed, or only the index.
    `revision`: what has come in since. `questionnaire`: as it was worded. `photos`: by key, those
    of the follow-ups. `odd`: what is flagged. `representation`: how far those who answered stand
    for those who were served. `drivers`: None where none may be shown.
    `analysis`: what the unit handed in, "" if nothing.
    """

    upp: Upp
    above: str | None
    trend: Sequence[Report]
    published: Sequence[Published]
    breakdown: ShownBreakdown
    follow_up: Sequence[TindakLanjut]
    before_follow_up: Sequence[TindakLanjut]
    validity: Validity | None
    closing: Head | None = None
    kept: bool = False
    revision: Revision | None = None
    questionnaire: Questionnaire | None = None
    photos: Mapping[str, Photo] = field(default_factory=dict)
    odd: Odd = field(default_factory=Odd)
    representation: Representation = field(default_factory=Representation)
    drivers: Drivers | None = None
    analysis: str = ""

    @property
    def report(self) -> Report:
        return self.trend[-1]

    @property
    def before(self) -> Report:
        return self.trend[-2]

    @property
    def is_shown(self) -> bool:
        """Whether there are figures and they may be shown."""
        return self.report.is_shown


@dataclass(frozen=True)
class Part:
    """A period of the recap. `rows`: unit code → its report with everything below it.

    `follow_up` and `modes` (in which modes people answered): by code, where there are any.
    """

    instansi: InstansiReport
    rows: Mapping[str, Report]
    follow_up: Mapping[str, Sequence[TindakLanjut]]
    modes: Mapping[str, frozenset[Mode]]
    units: Sequence[Upp]

    @property
    def period(self) -> Period:
        return self.instansi.gabungan.period

    def withholding(self, units: WithheldUnits) -> "Part":
        """The part in a period that withholds these units."""
        rows = {code: row.withholding(units) for code, row in self.rows.items()}
        return replace(self, instansi=self.instansi.withholding(units), rows=rows)

    @property
    def shown_rows(self) -> list[Report]:
        """The rows with figures that may be shown."""
        return [row for row in self.rows.values() if row.is_shown]

    @cached_property
    def realised(self) -> dict[str, Decimal]:
        """Unit code → share of its follow-ups that was done, in %; see `realised.shares`."""
        return shares(self.follow_up)

    @property
    def realised_counts(self) -> dict[Decimal, int]:
        return counts(self.realised.values())


@dataclass(frozen=True)
class CityDossier:
    """The whole instansi. `whole`: the period itself; `parts`: its quarters, or only itself.

    `published`: of each period the mean that was reported before. The rest as in `Dossier`.
    """

    whole: InstansiReport
    units: Sequence[Upp]
    parts: Sequence[Part]
    trend: Sequence[Report]
    published: Sequence[Published]
    closing: Head | None = None
    kept: bool = False
    revision: Revision | None = None
    odd: Odd = field(default_factory=Odd)

    @property
    def period(self) -> Period:
        return self.whole.gabungan.period


def parts(period: Period) -> list[Period]:
    """The quarters of a year or semester; else the period alone."""
    if period.kind not in (PeriodKind.YEAR, PeriodKind.SEMESTER):
        return [period]
    found = [Period.of(PeriodKind.QUARTER, period.start)]
    while found[-1].end < period.end:
        found.append(found[-1].next())
    return found
