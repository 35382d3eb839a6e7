"""What official documents stand on: every value of a unit, or of the whole instansi, in a period.

A document puts words to these and to nothing else. Whom few have answered for is hidden here
already, so that no format can forget it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from skm.archive import Questionnaire
from skm.closing import Head, Revision
from skm.disclosure import Withheld
from skm.period import Kind, Period
from skm.photo import Photo
from skm.recap import Published
from skm.report import InstansiReport, Report
from skm.tindak_lanjut import TindakLanjut, counts, shares
from skm.upp import Mode, Upp
from skm.validity import Validity

TREND = 8  # periods


@dataclass(frozen=True)
class Dossier:
    """Of a unit with everything below it.

    `trend`: the last periods of the same length, this one last. `published`: what was reported
    before. `layanan`: by name. `profile`: field id → option → how many. `follow_up`: of this
    period, `before_follow_up`: of the one before. `validity`: None with too few respondents.
    `closing`: None while the period is open; `kept`: whether all of it is as it was closed, or
    only the index; `revision`: what has come in since. `questionnaire`: as it was worded.
    `photos`: by key, those that show what was done.
    `few`: of layanan, mode and each field of the profile, the groups that must be hidden because of
    the units around this one.
    """

    upp: Upp
    above: str | None
    trend: Sequence[Report]
    published: Sequence[Published]
    layanan: Mapping[str, Report]
    profile: Mapping[str, Mapping[str, int]]
    ways: Mapping[tuple[str, Mode], int]
    follow_up: Sequence[TindakLanjut]
    before_follow_up: Sequence[TindakLanjut]
    validity: Validity | None
    closing: Head | None = None
    kept: bool = False
    revision: Revision | None = None
    questionnaire: Questionnaire | None = None
    photos: Mapping[str, Photo] = field(default_factory=dict)
    few: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        return self.trend[-1]

    @property
    def before(self) -> Report:
        return self.trend[-2]

    @property
    def open(self) -> bool:
        """There are figures that may be shown."""
        return self.report.open


@dataclass(frozen=True)
class Part:
    """A period of the recap. `rows`: each unit with everything below it, by code.

    `follow_up` and `modes` (in whose hands the device was) by code, where there are any.
    """

    instansi: InstansiReport
    rows: Mapping[str, Report]
    follow_up: Mapping[str, Sequence[TindakLanjut]]
    modes: Mapping[str, frozenset[Mode]]
    units: Sequence[Upp]

    @property
    def period(self) -> Period:
        return self.instansi.gabungan.period

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Units whose figures may not be shown."""
        return frozenset(code for code, row in self.rows.items() if row.closed)

    def shown_beside(self, back: Withheld) -> "Part":
        """As it may be shown where these are kept back."""
        rows = {code: row.beside(back) for code, row in self.rows.items()}
        return replace(self, instansi=self.instansi.shown_beside(back), rows=rows)

    @property
    def open(self) -> list[Report]:
        """The rows with figures that may be shown."""
        return [row for code, row in self.rows.items() if row.ikm and code not in self.hidden]

    @cached_property
    def realised(self) -> dict[str, Decimal]:
        """Per unit the share of its follow-ups that was done, where anybody planned any."""
        return shares(self.follow_up)

    @property
    def realised_counts(self) -> dict[Decimal, int]:
        return counts(self.realised.values())


@dataclass(frozen=True)
class CityDossier:
    """Of the whole instansi. `whole`: the period itself; `parts`: its quarters, or only itself.

    `published`: of each period the mean that was reported before. The rest as of a unit.
    """

    whole: InstansiReport
    units: Sequence[Upp]
    parts: Sequence[Part]
    trend: Sequence[Report]
    published: Sequence[Published]
    closing: Head | None = None
    kept: bool = False
    revision: Revision | None = None

    @property
    def period(self) -> Period:
        return self.whole.gabungan.period


def parts(period: Period) -> list[Period]:
    """The quarters of a year or semester; else the period alone."""
    if period.kind not in (Kind.YEAR, Kind.SEMESTER):
        return [period]
    found = [Period.of(Kind.QUARTER, period.start)]
    while found[-1].end < period.end:
        found.append(found[-1].next())
    return found
