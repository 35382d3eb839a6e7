"""The recapitulation of the whole instansi: every unit and quarter, averages, trend, counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.documents.recap_columns import RecapWording
from bot.documents.shared import PhraseDocument
from bot.words.control import control
from skm.closing.dossier import CityDossier, Part
from skm.figures.ikm import Mutu, mutu
from skm.figures.instansi import InstansiReport, behind_target, reached_target
from skm.output.charts.draw import draw
from skm.output.documents.document import (
    Block,
    BulletList,
    Chapter,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class CityReport(PhraseDocument):
    dossier: CityDossier

    def made(self) -> Document:
        recap = RecapWording(self.topic)
        chapters = [
            self.part(1, self.introduction()),
            self.part(2, self._method()),
            self.part(3, self._averages()),
            self.part(4, self._analysis()),
            Chapter(
                self.say("annex", number=1),
                self.say("recap"),
                [
                    *map(recap.table, self.dossier.parts),
                    Paragraph(
                        f"{recap.meaning_of_modes()} {self.say('withheld_note')}", small=True
                    ),
                ],
                wide=True,
            ),
        ]
        return self.document("city_title", chapters, self.dossier)

    # --- chapters --------------------------------------------------------------------------------

    def _method(self) -> list[Block]:
        period = self.dossier.period
        span = self.say("span", first=period.start, last=period.end - timedelta(days=1))
        facts = [
            (self.say("period"), span),
            (self.say("units"), self.figure(len(self.dossier.units))),
            (self.say("responden"), self.people(self.dossier.whole.gabungan)),
        ]
        return [Facts(facts), *self.method()]

    def _averages(self) -> list[Block]:
        names = ("period_short", "units", "responden", "mean_of_upp", "pooled", "interval")
        heads = [self.say(name) for name in names]
        found = [part.instansi for part in self.dossier.parts]
        if len(found) > 1:
            found.append(self.dossier.whole)
        table = Table(
            self.say("two_ways"), heads, [self._average(one) for one in found],
            [2.6, 1.2, 1.7, 2.2, 2.2, 2.8], frozenset({1, 2, 3, 4}),
        )  # fmt: skip
        return [
            Heading(self.say("two_ways")),
            table,
            Paragraph(self.say("two_ways_note"), small=True),
            *(
                block
                for one in found
                if one.gabungan.is_shown
                for block in self.questionnaires(one.gabungan)
            ),
            Heading(self.say("per_unsur")),
            self._unsur(found),
            Heading(self.say("trend")),
            self.trend(list(self.dossier.trend), self.dossier.published),
            *self.tendency(self.dossier.trend),
            *self._history(),
        ]

    def _average(self, one: InstansiReport) -> list[str]:
        report = one.gabungan
        period = self.period(report.period)
        if report.is_withheld:
            people = self.people(report)
            return [period, self.figure(len(one.terukur)), people, *[self.missing] * 3]
        return [
            period,
            self.figure(len(one.terukur)),
            self.figure(report.responden),
            self._graded(one.rerata_upp),
            self._graded(report.ikm),
            self.interval(report),
        ]

    def _graded(self, ikm: Decimal | None) -> str:
        return self.missing if ikm is None else f"{self.figure(ikm)} ({mutu(ikm)})"

    def _unsur(self, found: list[InstansiReport]) -> Block:
        heads = [self.say("unsur"), *(self.period(one.gabungan.period) for one in found)]
        nilai = [one.gabungan.nilai if one.gabungan.is_shown else None for one in found]
        rows = [
            [self.unsur(unsur), *(self.figure(each and each[unsur]) for each in nilai)]
            for unsur in Unsur
        ]
        widths = [4.0, *[2.0] * len(found)]
        return Table(self.say("pooled"), heads, rows, widths, frozenset(range(1, len(heads))))

    def _history(self) -> list[Block]:
        if not self.dossier.published:
            return []
        heads = [
            self.say(head)
            for head in ("period_short", "units", "responden", "mean_of_upp", "source")
        ]
        rows = [
            [self.period(one.period), self.figure(one.units), self.figure(one.respondents),
             self.figure(one.ikm), one.source]
            for one in self.dossier.published
        ]  # fmt: skip
        figures = frozenset({1, 2, 3})
        return [Heading(self.say("history")),
                Table(self.say("history"), heads, rows, [3, 1, 2, 2.4, 3], figures)]  # fmt: skip

    # --- conclusions -----------------------------------------------------------------------------

    def _analysis(self) -> list[Block]:
        blocks: list[Block] = [Heading(self.say("conclusions"))]
        for part in self.dossier.parts:
            blocks += [Heading(self.period(part.period)), BulletList(list(self._conclusions(part)))]
            blocks += self._apart(part)
        return [*blocks, self.as_of_today()]

    def _apart(self, part: Part) -> list[Block]:
        """Which units differ by more than chance: every unit by its own responses."""
        names = {unit.code: unit.name for unit in part.units}
        chart = control(self.topic, list(part.instansi.shown_own.values()), names)
        if chart is None:
            return []
        alt = self.say("control_alt", count=len(chart.points), notes=" ".join(chart.notes))
        title = self.topic.say("chart.control")
        return [
            Paragraph(self.say("control_text")),
            Picture(title, draw(replace(chart, notes=[])), alt, 0.72),
            *map(Paragraph, chart.notes),
        ]

    def _conclusions(self, part: Part) -> Iterator[str]:
        rows, period = part.shown_rows, self.period(part.period)
        yield self.say("measured", period=period, open=len(rows), all=len(part.units))
        bands = Counter(row.mutu for row in rows)
        yield self.say("bands", **{band.lower(): bands[band] for band in Mutu})
        yield self.say("targets", reached=reached_target(rows))
        if not part.period.is_over(self.topic.today):
            behind = behind_target(part.rows.values(), self.topic.today)
            yield f"{self.topic.say('report.pace_city', behind=behind)}."
        often = Counter(unsur for row in rows for unsur in row.prioritas).most_common()
        often.sort(key=lambda one: (-one[1], one[0].number))
        if often:
            said = (self.say("often_one", unsur=self.unsur(u), n=n) for u, n in often[:3])
            yield self.say("often", unsur="; ".join(said))
        if part.realised:
            values = part.realised_counts.values()
            named = dict(zip(("all", "two", "one", "none"), values, strict=True))
            yield self.say("realised_counts", **named)
        else:
            yield self.say("realised_missing")
