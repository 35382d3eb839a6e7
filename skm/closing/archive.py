"""What documents of a closed period print beside the index, kept with the closing as JSON.

A document that is printed a year later thus says the same: breakdowns, the trend before the period,
its quarters, what had been reported before, the questionnaire. Follow-ups continue after the
closing; they are not kept, and documents print them with the current day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from skm.figures.breakdown import Breakdown, Tallies, plain_tallies, tallies_of
from skm.figures.report import EVERYTHING, JsonObject, Report
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.intake.recaps.recap import Published

Questionnaire = Mapping[str, Sequence[Sequence[str]]]
"""Language → for each item its id, its question and its options."""


@dataclass(frozen=True)
class Counted:
    """The tallies of a unit (or of all pooled) in a period. `own`: without the units below, and
    `modes`: in which modes people answered, both only for parts of the closed period. `withheld`:
    whether a small group would have followed from the figures.
    """

    period: Period
    tallies: Tallies
    own: Tallies = field(default_factory=dict)
    population: int | None = None
    modes: frozenset[Mode] = frozenset()
    withheld: bool = False

    @classmethod
    def of_report(cls, report: Report) -> "Counted":
        return cls(
            report.period, report.tallies, population=report.population, withheld=report.derivable
        )

    def report(self, code: str = EVERYTHING) -> Report:
        found = Report.of(code, self.period, self.tallies, self.population)
        return replace(found, derivable=self.withheld)

    def own_report(self, code: str) -> Report:
        return Report.of(code, self.period, self.own, self.population)

    def plain(self) -> list[object]:
        """As JSON values."""
        return [
            str(self.period),
            plain_tallies(self.tallies),
            plain_tallies(self.own),
            self.population,
            sorted(self.modes),
            self.withheld,
        ]

    @classmethod
    def of(cls, plain: Any) -> "Counted":
        """The inverse of `plain`; the first closings did not keep `withheld`."""
        period, tallies, own, population, modes, *withheld = plain
        return cls(
            Period.parse(period),
            tallies_of(tallies),
            tallies_of(own),
            population,
            frozenset(map(Mode, modes)),
            any(withheld),
        )


@dataclass(frozen=True)
class Archive:
    """What is kept of a unit, or of the whole instansi (then without a breakdown).

    `before`: the periods of the trend before this one, oldest first; for the instansi in the length
    of its parts. `parts`: the quarters of a longer period. `published`: what had been reported
    before. `instruments`: version → the questionnaire as it was worded, only for the instansi.
    """

    before: tuple[Counted, ...] = ()
    parts: tuple[Counted, ...] = ()
    published: tuple[Published, ...] = ()
    breakdown: Breakdown = field(default_factory=Breakdown)
    instruments: Mapping[str, Questionnaire] = field(default_factory=dict)

    def part(self, period: Period) -> Counted | None:
        return next((part for part in self.parts if part.period == period), None)

    def plain(self) -> JsonObject:
        """As JSON values, which `parse` reads."""
        return {
            "before": [each.plain() for each in self.before],
            "parts": [each.plain() for each in self.parts],
            "published": [
                [str(p.period), str(p.ikm), p.source, p.units, p.respondents]
                for p in self.published
            ],
            "breakdown": self.breakdown.plain(),
            "instruments": {
                version: {language: [list(row) for row in rows] for language, rows in asked.items()}
                for version, asked in self.instruments.items()
            },
        }

    @classmethod
    def parse(cls, content: str) -> "Archive":
        """The archive from the JSON text of `plain`."""
        plain = json.loads(content)
        return cls(
            tuple(map(Counted.of, plain["before"])),
            tuple(map(Counted.of, plain["parts"])),
            tuple(
                Published(Period.parse(period), Decimal(ikm), source, units, respondents)
                for period, ikm, source, units, respondents in plain["published"]
            ),
            Breakdown.of(plain["breakdown"]),
            plain["instruments"],
        )
