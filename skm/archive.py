"""What documents of a closed period print beside the index, kept with the closing as JSON.

So a document that is printed a year later says the same: its breakdowns, the trend that led up to
it, its quarters, what had been reported before, the questionnaire. Follow-ups go on; they are not
kept, and documents print them with their day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from skm.breakdown import Breakdown, Tallies, plain_tallies, tallies_of
from skm.period import Period
from skm.recap import Published
from skm.report import EVERYTHING, Json, Report
from skm.upp import Mode

Questionnaire = Mapping[str, Sequence[Sequence[str]]]
"""By language: of each item its id, its question and its options."""


@dataclass(frozen=True)
class Counted:
    """What had been counted of a unit in some period. `own`: without the units below it.

    `withheld`: it could not be shown beside what else was shown of that period.
    """

    period: Period
    tallies: Tallies
    own: Tallies = field(default_factory=dict)
    population: int | None = None
    modes: frozenset[Mode] = frozenset()
    withheld: bool = False

    def report(self, code: str = EVERYTHING) -> Report:
        found = Report.of(code, self.period, self.tallies, self.population)
        return replace(found, withheld=self.withheld)

    def own_report(self, code: str) -> Report:
        return Report.of(code, self.period, self.own, self.population)

    def plain(self) -> list[object]:
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
        """The inverse of `plain`; the first closings did not keep what was withheld."""
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
    """Of a unit, or of the whole instansi (then without a breakdown).

    `before`: the periods of the trend before this one, oldest first; of the instansi those of the
    length of its parts. `parts`: the quarters of a longer period. `published`: what had been
    reported before. `instruments`: by version, the questionnaire as it was worded.
    """

    before: tuple[Counted, ...] = ()
    parts: tuple[Counted, ...] = ()
    published: tuple[Published, ...] = ()
    breakdown: Breakdown = field(default_factory=Breakdown)
    instruments: Mapping[str, Questionnaire] = field(default_factory=dict)

    def part(self, period: Period) -> Counted | None:
        return next((part for part in self.parts if part.period == period), None)

    def plain(self) -> Json:
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
