"""Words and figures for the recap as a spreadsheet: of the whole instansi, or of a unit's tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.documents import recap_columns
from bot.documents.recap_columns import RecapColumn, RecapWording, UnitInPart
from bot.documents.shared import PhraseDocument
from skm.closing.dossier import CityDossier, Part
from skm.figures.instansi import InstansiReport
from skm.instansi.upp import Upp
from skm.output.workbooks.recap import RecapLine, RecapSheet, Spreadsheet
from skm.output.workbooks.recap_columns import RECAP, SIDE, count_key, nrr_key
from skm.store.periods.dossiers import RawResponse
from skm.survey.unsur import Unsur

MOST = 100_000  # answers on a sheet


@dataclass(frozen=True)
class RecapWorkbook(PhraseDocument):
    """`given`: the answers of each part, in the order of the dossier's parts."""

    dossier: CityDossier
    given: Sequence[Sequence[RawResponse]]

    @property
    def recap(self) -> RecapWording:
        return RecapWording(self.topic)

    def spreadsheet(self) -> Spreadsheet:
        whole = self.topic.subject.upp is None
        keys = {"recap": "recap", "tally": "tally_sheet", "side": "side_sheet", "charts": "charts",
                "answers": "respondents_sheet", "dictionary": "dictionary"}  # fmt: skip
        return Spreadsheet(
            title=f"{self.say('city_title')} {self.about}, {self.period(self.dossier.period)}",
            names={key: self.say(word)[:31] for key, word in keys.items()},
            columns=[column.key for column in recap_columns.COLUMNS],
            heads=self._heads(),
            lines=[line for part in self.dossier.parts for line in self._lines(part)],
            pooled=[self._pooled(part.instansi) for part in self.dossier.parts] if whole else [],
            averages=self._means() if whole else RecapSheet([], [], []),
            trend=self._points() if whole else [],
            trend_title=self.say("trend"),
            unsur_title=self.say("per_unsur"),
            answers=self._answers(),
            dictionary=self._dictionary(),
        )

    @property
    def texts(self) -> list[RecapColumn]:
        """The columns that the workbook does not compute."""
        return [column for column in recap_columns.COLUMNS if column.key not in RECAP]

    @property
    def units(self) -> list[Upp]:
        """All, or the unit that was asked about with everything below it."""
        top = self.topic.subject.upp
        if top is None:
            return list(self.dossier.units)
        parent = {unit.code: unit.parent for unit in self.dossier.units}

        def below(code: str | None) -> bool:
            return code is not None and (code == top.code or below(parent.get(code)))

        return [unit for unit in self.dossier.units if below(unit.code)]

    def _heads(self) -> dict[str, str]:
        """Of the columns of all sheets; a count is named by its key."""
        return {
            **{column.key: self.say(column.key) for column in SIDE},
            **{column.key: self.recap.head(column) for column in recap_columns.COLUMNS},
            **{nrr_key(unsur): f"{self.say('nrr')} {unsur}" for unsur in Unsur},
        }

    def _lines(self, part: Part) -> Iterator[RecapLine]:
        for number, unit in enumerate(self.units, 1):
            row = UnitInPart(number, unit, part)
            report, texts = row.report, {one.key: self.recap.cell(one, row) for one in self.texts}
            figures = report if report.is_shown else None
            yield RecapLine(unit.name, self.code(part.period), figures, self.people(report), texts)

    def _pooled(self, one: InstansiReport) -> RecapLine:
        """All respondents of a part; of the texts only the priority unsur follow from them."""
        report = one.gabungan
        shown = report if report.is_shown else None
        texts = dict.fromkeys((column.key for column in self.texts), "")
        texts["priority"] = self.recap.priority(report) if shown else ""
        name = self.say("pooled")
        return RecapLine(name, self.code(report.period), shown, self.people(report), texts)

    def _means(self) -> RecapSheet:
        heads = [self.say(h) for h in ("period_short", "mean_of_upp", "pooled", "responden")]
        found = [part.instansi for part in self.dossier.parts]
        if len(found) > 1:
            found.append(self.dossier.whole)
        rows = [
            [self.period(one.gabungan.period), one.rerata_upp, one.gabungan.ikm,
             one.gabungan.responden]
            for one in found if not one.gabungan.is_withheld
        ]  # fmt: skip
        return RecapSheet(heads, rows, [24, 16, 16, 14])

    def _points(self) -> list[tuple[str, Decimal | None]]:
        """Period and index; a row without index stands where the questionnaire changed, so that the
        line breaks.
        """
        points: list[tuple[str, Decimal | None]] = []
        asked = None
        for one in self.dossier.trend:
            if one.is_shown:
                if asked not in (None, one.instrument):
                    points.append((self.topic.say("chart.changed"), None))
                asked = one.instrument
            points.append((self.code(one.period), one.ikm if one.is_shown else None))
        return points

    def _answers(self) -> RecapSheet:
        """Each response that may be shown, of the units of the recap."""
        names = {unit.code: unit.name for unit in self.units}
        items = sorted({item for part in self.given for *_, said in part for item in said})
        rows: list[list[str | int | None]] = [
            [names[code], self.code(part.period), version, *(said.get(item) for item in items)]
            for part, given in zip(self.dossier.parts, self.given, strict=True)
            for code, version, said in given
            if code in names
        ]
        heads = [*(self.say(h) for h in ("unit", "period_short", "questionnaire")), *items]
        return RecapSheet(heads, rows[:MOST], [42, 20, 12])

    def _dictionary(self) -> RecapSheet:
        recap, tally, answers = (
            self.say(name) for name in ("recap", "tally_sheet", "respondents_sheet")
        )
        rows = [
            [recap, self.say("unit"), self.say("about_row")],
            *([recap, unsur, self.topic.say(f"unsur.{unsur}")] for unsur in Unsur),
            [recap, self.say("ikm"), self.say("about_ikm")],
            [recap, self.say("band"), self.say("about_mutu")],
            [recap, self.say("responden"), self.say("withheld_note")],
            [recap, self.say("method"), self.recap.meaning_of_modes()],
            [tally, count_key(Unsur.U1, 1), self.say("about_count")],
            [tally, f"{self.say('nrr')} U1", self.say("about_nrr")],
            [self.say("side_sheet"), "", self.say("about_side")],
            [answers, "", self.say("about_answers")],
            *([recap, self.say("period"), line] for line in self.closed(self.dossier)),
        ]
        heads = [self.say(head) for head in ("table", "column", "meaning")]
        return RecapSheet(heads, rows, [24, 24, 90])
