"""Words for the audit of a recap: its summary, its findings and how it was checked, as tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messaging.catalog import Catalog
from skm.figures.ikm import mutu
from skm.instansi.period import Period
from skm.intake.recaps.averages import table_of
from skm.intake.recaps.finding import Check, Finding, Value
from skm.intake.recaps.recap import Recap, RecapRow, RecapTable, tables
from skm.output.workbooks.tables import Cell, Sheet


@dataclass(frozen=True)
class PhraseAudit:
    """Words in one language for the findings of one recap."""

    catalog: Catalog
    language: str
    recap: Recap
    findings: Sequence[Finding]

    def say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, f"audit.{key}", **values)

    def sheets(self) -> list[Sheet]:
        """All of the workbook."""
        return [self.summary(), self.found(), *self._corrections(), self.method()]

    def summary(self) -> Sheet:
        """The figures of each period, and how often what was found."""
        by_period = tables(self.recap.rows)
        for period in dict.fromkeys(finding.period for finding in self.findings):
            by_period.setdefault(period, table_of(self.recap.rows, period))
        rows = [*self._figures(list(by_period.values())), *self._counts(list(by_period))]
        return Sheet(self.say("summary"), ["", *map(str, by_period)], rows)

    def found(self) -> Sheet:
        """One row a finding."""
        heads = ["period", "unit", "what", "about", "printed", "expected", "rounding"]
        rows = [self._finding(finding) for finding in self.findings]
        return Sheet(self.say("findings"), [self.say(head) for head in heads], rows)

    def method(self) -> Sheet:
        """What was looked for and why it cannot be, and in which file."""
        rows = [
            [self.say("file"), self.recap.source],
            ["SHA-256", self.recap.sha256],
            *([self._what(check), self.say(f"why_{check}")] for check in Check),
        ]
        return Sheet(self.say("method"), [self.say("what"), self.say("why")], rows)

    def _figures(self, among: Sequence[RecapTable]) -> Iterator[list[Cell]]:
        yield [self.say("units"), *(table.units for table in among)]
        yield [self.say("respondents"), *(table.respondents for table in among)]
        yield [self.say("mean"), *(table.rerata_upp for table in among)]
        yield [self.say("weighted"), *(table.tertimbang for table in among)]
        for share in among[0].realised:
            told = self.say("realised", share=share)
            yield [told, *(table.realised[share] for table in among)]

    def _counts(self, periods: Sequence[Period]) -> Iterator[list[Cell]]:
        counted = Counter((finding.check, finding.period) for finding in self.findings)
        for check in Check:
            yield [self._what(check), *(counted[check, period] for period in periods)]

    def _corrections(self) -> list[Sheet]:
        """Where a table has a wrong weight, what its rows give with the right one; or no sheet."""
        heads = ["period", "unit", "printed", "printed_mutu", "expected", "expected_mutu"]
        rows = [
            self._corrected(row)
            for finding in self.findings
            if finding.check is Check.WEIGHT
            for row in finding.rows
        ]
        sheet = Sheet(self.say("corrected"), [self.say(head) for head in heads], rows)
        return [sheet] if rows else []

    def _corrected(self, row: RecapRow) -> list[Cell]:
        right = row.mean
        band = row.mutu or mutu(row.ikm)
        return [str(row.period), row.unit, row.ikm, str(band), right, str(mutu(right))]

    def _finding(self, finding: Finding) -> list[Cell]:
        return [
            str(finding.period),
            finding.unit or self.say("city"),
            self._what(finding.check),
            self._about(finding),
            _cell(finding.printed),
            self._expected(finding),
            finding.tolerance,
        ]

    def _what(self, check: Check) -> str:
        return self.say(f"what_{check}")

    def _about(self, finding: Finding) -> str | None:
        """Which of several figures, which other period, or how many rows of a table."""
        if finding.check in (Check.CHILDREN, Check.AVERAGE):
            return finding.unsur or "IKM"
        if finding.check is Check.WEIGHT:
            table = tables(self.recap.rows)[finding.period]
            return self.say(
                "about_weight",
                weight=finding.printed,
                right=finding.expected,
                rows=len(finding.rows),
                units=table.units,
            )
        return str(finding.since) if finding.since else None

    def _expected(self, finding: Finding) -> Cell:
        """Of an average both means in use, each with its name."""
        if finding.by_respondents is None:
            return _cell(finding.expected)
        return self.say("means", mean=finding.expected, weighted=finding.by_respondents)


def _cell(value: Value | None) -> Cell:
    return ", ".join(value) if isinstance(value, tuple) else value
