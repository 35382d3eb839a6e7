"""Words and figures for the recap as a spreadsheet: of the whole instansi, or of a unit's tree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.phrase_city_report import AFTER, COLUMNS, CityReport
from skm.disclosure import K
from skm.dossier import Part
from skm.instrument import NILAI
from skm.output.spreadsheet import Line, Spreadsheet, Table
from skm.report import InstansiReport
from skm.store.dossiers import Given
from skm.unsur import Unsur
from skm.upp import Upp

MOST = 100_000  # answers on a sheet


@dataclass(frozen=True)
class RecapWords(CityReport):
    """`given`: the answers of each part, in the order of the dossier's parts."""

    given: Sequence[Sequence[Given]]

    def workbook(self) -> Spreadsheet:
        whole = self.ask.subject.upp is None
        keys = {"recap": "recap", "tally": "tally_sheet", "side": "side_sheet", "charts": "charts",
                "answers": "respondents_sheet", "dictionary": "dictionary"}  # fmt: skip
        return Spreadsheet(
            title=f"{self.say('city_title')} {self.about}, {self.period(self.dossier.period)}",
            names={key: self.say(word)[:31] for key, word in keys.items()},
            recap=[*map(self.say, COLUMNS), *Unsur, *map(self.say, AFTER)],
            tally=self._tally_heads(),
            side=self._side_heads(),
            lines=[line for part in self.dossier.parts for line in self._lines(part)],
            pooled=[self._pooled(part.instansi) for part in self.dossier.parts] if whole else [],
            averages=self._means() if whole else Table([], [], []),
            trend=self._points() if whole else [],
            trend_title=self.say("trend"),
            unsur_title=self.say("per_unsur"),
            answers=self._answers(),
            dictionary=self._dictionary(),
        )

    @property
    def units(self) -> list[Upp]:
        """All, or the unit that was asked about with everything below it."""
        top = self.ask.subject.upp
        if top is None:
            return list(self.dossier.units)
        parent = {unit.code: unit.parent for unit in self.dossier.units}

        def below(code: str | None) -> bool:
            return code is not None and (code == top.code or below(parent.get(code)))

        return [unit for unit in self.dossier.units if below(unit.code)]

    def _tally_heads(self) -> list[str]:
        counts = [f"{unsur} = {nilai}" for unsur in Unsur for nilai in NILAI]
        heads = [self.say(head) for head in ("unit", "period_short", "responden")]
        return [*heads, *counts, *(f"{self.say('nrr')} {unsur}" for unsur in Unsur)]

    def _side_heads(self) -> list[str]:
        heads = ["unit", "period_short", "responden", "target", "margin", "without_u4", "gratis"]
        return [self.say(head) for head in heads]

    def _lines(self, part: Part) -> Iterator[Line]:
        for number, unit in enumerate(self.units, 1):
            cells = self.row(number, unit, part)
            open_ = part.rows[unit.code].ikm is not None and unit.code not in part.hidden
            figures = part.rows[unit.code] if open_ else None
            yield Line(unit.name, str(part.period), figures, cells[14], cells[15:])

    def _pooled(self, one: InstansiReport) -> Line:
        report = one.gabungan
        open_ = report.open
        after = ["", ", ".join(report.prioritas) if open_ else "", "", ""]
        name = self.say("pooled")
        return Line(name, str(report.period), report if open_ else None, self.people(report), after)

    def _means(self) -> Table:
        heads = [self.say(h) for h in ("period_short", "mean_of_upp", "pooled", "responden")]
        found = [part.instansi for part in self.dossier.parts]
        if len(found) > 1:
            found.append(self.dossier.whole)
        rows = [
            [self.period(one.gabungan.period), one.rerata_upp, one.gabungan.ikm,
             one.gabungan.responden]
            for one in found if not one.gabungan.closed
        ]  # fmt: skip
        return Table(heads, rows, [24, 16, 16, 14])

    def _points(self) -> list[tuple[str, Decimal | None]]:
        return [(str(one.period), one.ikm if one.open else None) for one in self.dossier.trend]

    def _answers(self) -> Table:
        """Of units with at least five own answers to a questionnaire, which are not hidden."""
        names = {unit.code: unit.name for unit in self.units}
        items = sorted({item for part in self.given for *_, said in part for item in said})
        rows: list[list[str | int | None]] = []
        for part, given in zip(self.dossier.parts, self.given, strict=True):
            own = Counter((code, version) for code, version, _ in given)
            apart = part.hidden | part.instansi.apart
            for code, version, said in given:
                if code in names and own[code, version] >= K and code not in apart:
                    answers = [said.get(item) for item in items]
                    rows.append([names[code], str(part.period), version, *answers])
        heads = [*(self.say(h) for h in ("unit", "period_short", "questionnaire")), *items]
        return Table(heads, rows[:MOST], [42, 10, 12])

    def _dictionary(self) -> Table:
        recap, tally, answers = (
            self.say(name) for name in ("recap", "tally_sheet", "respondents_sheet")
        )
        rows = [
            [recap, self.say("unit"), self.say("about_row")],
            *([recap, unsur, self.ask.say(f"unsur.{unsur}")] for unsur in Unsur),
            [recap, self.say("ikm"), self.say("about_ikm")],
            [recap, self.say("band"), self.say("about_mutu")],
            [recap, self.say("responden"), self.say("hidden_note", k=K)],
            [recap, self.say("method"), self._modes()],
            [tally, "U1 = 1", self.say("about_count")],
            [tally, f"{self.say('nrr')} U1", self.say("about_nrr")],
            [self.say("side_sheet"), "", self.say("about_side")],
            [answers, "", self.say("about_answers", k=K)],
            *([recap, self.say("period"), line] for line in self.closed(self.dossier)),
        ]
        heads = [self.say(head) for head in ("table", "column", "meaning")]
        return Table(heads, rows, [24, 24, 90])
