"""The columns of the recap, each in one place: of the report's table and of the workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.documents.shared import PhraseDocument
from skm.closing.dossier import Part
from skm.figures.report import Report
from skm.instansi.collector import Mode
from skm.instansi.upp import Upp
from skm.output.documents.document import Table
from skm.survey.unsur import Unsur

NO_FIGURE: Final = "–"


@dataclass(frozen=True)
class UnitInPart:
    """A unit in a part of the recap, the `number`-th of it."""

    number: int
    unit: Upp
    part: Part

    @property
    def report(self) -> Report:
        return self.part.rows[self.unit.code]


@dataclass(frozen=True)
class RecapWording(PhraseDocument):
    """Words the cells of the recap."""

    def table(self, part: Part) -> Table:
        """The recap of all units in a part."""
        rows = [UnitInPart(number, unit, part) for number, unit in enumerate(part.units, 1)]
        return Table(
            self.period(part.period),
            [self.head(column) for column in COLUMNS],
            [[self.cell(column, row) for column in COLUMNS] for row in rows],
            [column.width for column in COLUMNS],
            frozenset(at for at, column in enumerate(COLUMNS) if column.is_figure),
            small=True,
        )

    def head(self, column: "RecapColumn") -> str:
        return column.key if column.key in [*Unsur] else self.say(column.key)

    def cell(self, column: "RecapColumn", row: UnitInPart) -> str:
        """The text of a cell; a unit without figures has it only in the columns that say so."""
        if column.needs_figures and not row.report.is_shown:
            return NO_FIGURE
        return column.text(self, row)

    def nilai(self, row: UnitInPart, unsur: Unsur) -> str:
        nilai = row.report.nilai
        return self.figure(nilai and nilai[unsur])

    def modes(self, row: UnitInPart) -> str:
        """The letters of the modes in which people answered."""
        modes = sorted(row.part.modes.get(row.unit.code, ()))
        return ", ".join(self.say(mode)[0] for mode in modes) or self.missing

    def meaning_of_modes(self) -> str:
        """What the letters of the modes mean."""
        names = (self.say(mode) for mode in Mode)
        return "; ".join(f"{name[0]} = {name.lower()}" for name in names) + "."

    def priority(self, report: Report) -> str:
        """The three unsur, and those with the same nrr as the last of them."""
        three = ", ".join(report.prioritas)
        if not report.seri:
            return three
        return self.say("priority_tied", unsur=three, tied=", ".join(report.seri))

    def plan(self, row: UnitInPart) -> str:
        """What was planned, unsur by unsur."""
        items = row.part.follow_up.get(row.unit.code, ())
        planned = [f"{item.unsur}: {item.plan.action}" for item in items if item.plan]
        return "; ".join(planned) or self.say("no_plan")

    def realised(self, row: UnitInPart) -> str:
        """The share of the follow-ups that was done."""
        return self.percent(row.part.realised.get(row.unit.code))


@dataclass(frozen=True)
class RecapColumn:
    """`key`: of its head in the locales, or an unsur. `width`: its share of the page."""

    key: str
    width: float
    text: Callable[[RecapWording, UnitInPart], str]
    is_figure: bool = False
    needs_figures: bool = True


def _nilai(unsur: Unsur, words: RecapWording, row: UnitInPart) -> str:
    return words.nilai(row, unsur)


COLUMNS: Final = (
    RecapColumn("number", 0.8, lambda words, row: str(row.number), True, False),
    RecapColumn("unit", 3.2, lambda words, row: row.unit.name, False, False),
    RecapColumn("period_short", 1.4, lambda words, row: words.code(row.part.period), False, False),
    *(RecapColumn(unsur, 1.15, partial(_nilai, unsur), True) for unsur in Unsur),
    RecapColumn("ikm", 1.15, lambda words, row: words.figure(row.report.ikm), True),
    RecapColumn("band", 1.0, lambda words, row: str(row.report.mutu)),
    RecapColumn("responden", 1.7, lambda words, row: words.people(row.report), True, False),
    RecapColumn("method", 1.3, RecapWording.modes),
    RecapColumn("priority", 1.5, lambda words, row: words.priority(row.report)),
    RecapColumn("plan_column", 2.2, RecapWording.plan),
    RecapColumn("realised", 1.7, RecapWording.realised, True),
)
"""From left to right. A column of text appears in the workbook as well; one that is computed there
needs its formula in skm/output/workbooks/recap_columns.py.
"""
