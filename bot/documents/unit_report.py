"""The report of a unit in the usual chapters: values come in, a document goes out."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.documents.unit_annexes import UnitAnnexes
from bot.words.chart import nine_unsur
from bot.words.drivers import DriverWording, too_few
from bot.words.report import ReportWording
from skm.figures.ikm import legacy_ikm, mutu
from skm.figures.validity import ENOUGH, RELIABLE, gratis, ikm_without_u4
from skm.instansi.period import PeriodKind
from skm.instansi.target import year_sample
from skm.output.charts.draw import draw
from skm.output.documents.document import (
    Block,
    BulletList,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
)
from skm.survey.unsur import Unsur

OLD_WEIGHT = Decimal("0.11")


@dataclass(frozen=True)
class UnitReport(UnitAnnexes):
    """The chapters, and after them the annexes."""

    def made(self) -> Document:
        chapters = [
            self.part(1, self.introduction()),
            self.part(2, self._method()),
            self.part(3, self._results()),
            self.part(4, self._analysis()),
            self.part(5, self._closing()),
            *self.annexes(),
        ]
        return self.document("unit_title", chapters, self.dossier)

    # --- II ------------------------------------------------------------------------------------

    def _method(self) -> list[Block]:
        period = self.report.period
        span = self.say("span", first=period.start, last=period.end - timedelta(days=1))
        return [
            Heading(self.say("organisation")),
            Facts(
                [
                    (self.say("unit"), self.about),
                    (self.say("above"), self.dossier.above or self.topic.instansi.name),
                    (self.say("period"), span),
                    (self.say("place"), self.say("place_text", about=self.about)),
                ]
            ),
            Heading(self.say("method_head")),
            *self.method(),
            *self._ways(),
            Heading(self.say("sample")),
            Facts(self._sample()),
        ]

    def _ways(self) -> list[Block]:
        if not self.dossier.is_shown:
            return []
        rows = [
            [self.say(mode), *self.group(n, self.report.responden)]
            for mode, n in self.dossier.breakdown.modes.items()
        ]
        heads = [self.say("mode"), self.say("responden"), self.say("share")]
        return [Table(self.say("mode"), heads, rows, [4, 2, 2], frozenset({1, 2}))]

    def _sample(self) -> list[tuple[str, str]]:
        report = self.report
        facts = [
            (self.say("population"), self.figure(report.population)),
            (self.say("year_sample"), self.figure(year_sample(report.population))),
        ]
        if report.target is not None and report.period.kind is not PeriodKind.YEAR:
            facts.append((self.say("target"), self.figure(report.target)))
        facts.append((self.say("responden"), self.people(report)))
        for line in ReportWording(self.topic).response_rate(report, self.dossier.representation):
            facts.append((self.say("served"), line))
        if self.dossier.is_shown and report.target is not None:
            short = max(report.target - report.responden, 0)
            reached = self.say("not_reached", by=short) if short else self.say("reached")
            pace = ReportWording(self.topic).pace_of(report.pace(self.topic.today))
            facts.append((self.say("state"), ". ".join([reached, *pace]) if short else reached))
        return facts

    # --- III -----------------------------------------------------------------------------------

    def _results(self) -> list[Block]:
        if not self.dossier.is_shown:
            people = (
                self.people(self.report) if self.report.responden else self.topic.say("figure.none")
            )
            people = f"{self.say('responden')}: {people}."
            return [Paragraph(f"{people} {self.sentence(self.missing)}")]
        return [
            *self.profile(self.dossier),
            Heading(self.say("index")),
            Facts(self._index()),
            *self.questionnaires(self.report),
            Heading(self.say("side")),
            Facts(self._side()),
            Heading(self.say("per_unsur")),
            self._unsur(),
            self._bars(),
            Heading(self.say("per_layanan")),
            *self._layanan(),
            Heading(self.say("validity")),
            *self._validity(),
        ]

    def _index(self) -> list[tuple[str, str]]:
        report = self.report
        return [
            (self.say("ikm"), self.figure(report.ikm)),
            (self.say("mutu"), self.figure(report.mutu and str(report.mutu))),
            (self.say("kinerja"), self.band(report)),
            (self.say("interval"), self.interval(report)),
            (self.say("change"), self.change(report, self.dossier.before)),
        ]  # fmt: skip

    def _side(self) -> list[tuple[str, str]]:
        tally = self.report.tally
        return [
            (self.say("legacy"), self.figure(legacy_ikm(tally, OLD_WEIGHT))),
            (self.say("without_u4"), self.figure(ikm_without_u4(tally))),
            (self.say("gratis"), self.percent(gratis(tally))),
            *(
                (self.say("weighted", field=self.topic.say(f"profile.{name}.short")),
                 self.figure(ikm))
                for name, ikm in self.dossier.representation.weighted.items()
            ),
        ]  # fmt: skip

    def _unsur(self) -> Block:
        nrr, nilai = self.report.nrr or {}, self.report.nilai or {}
        heads = ["unsur", "nrr", "nilai", "band", "priority"]
        rank = {unsur: str(number) for number, unsur in enumerate(self.report.prioritas, 1)}
        rows = [
            [self.unsur(u), self.figure(nrr[u]), self.figure(nilai[u]), str(mutu(nilai[u])),
             rank.get(u, "")]
            for u in Unsur
        ]  # fmt: skip
        return Table(
            self.say("per_unsur"), [self.say(head) for head in heads], rows,
            [6, 1.5, 1.5, 1.3, 1.8], frozenset({1, 2}),
        )  # fmt: skip

    def _bars(self) -> Block:
        from bot.request.figures import ReportFigures
        from bot.words.chart import nine_unsur_alt

        figures = ReportFigures(self.report, self.dossier.before)
        alt = nine_unsur_alt(self.topic, self.report)
        chart = replace(nine_unsur(self.topic, figures), interval=self.say("interval"))
        return Picture(self.say("per_unsur"), draw(chart), alt, 0.55)

    def _layanan(self) -> list[Block]:
        found = self.dossier.breakdown.layanan
        if not found:
            return [Paragraph(self.sentence(self.missing))]
        rows = []
        for name, report in found.items():
            ikm = self.figure(report.ikm) if report.is_shown else "–"
            band = str(report.mutu or self.missing) if report.is_shown else "–"
            rows.append([name or self.say("general"), self.people(report), ikm, band])
        heads = [self.say(head) for head in ("layanan", "responden", "ikm", "band")]
        table = Table(self.say("per_layanan"), heads, rows, [5, 2.4, 1.5, 1.5], frozenset({1, 2}))
        return [table, Paragraph(self.say("withheld_note"), small=True)]

    def _validity(self) -> list[Block]:
        found = self.dossier.validity
        if found is None:
            return [Paragraph(self.say("too_few_for_validity", n=ENOUGH))]
        rows = []
        for item, r in found.item_total.items():
            valid = found.valid[item]
            verdict = self.missing if valid is None else self.say("valid" if valid else "invalid")
            rows.append([self._item(item), self.figure(r), self.figure(found.critical), verdict])
        heads = [self.say(head) for head in ("item", "r", "critical", "state")]
        verdict = self.say("reliable" if found.reliable else "unreliable")
        alpha = self.say(
            "alpha", n=found.n, alpha=self.figure(found.alpha), verdict=verdict, limit=RELIABLE
        )
        if found.alpha_interval:
            low, high = map(self.figure, found.alpha_interval)
            alpha = f"{alpha} {self.say('alpha_interval', low=low, high=high)}"
        table = Table(self.say("item_total"), heads, rows, [5, 1.6, 1.6, 2], frozenset({1, 2}))
        return [Paragraph(alpha), table]

    def _item(self, item: str) -> str:
        key = f"{self.instrument.name}.{item}.short"
        known = self.topic.instansi.catalog.has(self.topic.language, key)
        return f"{item} {self.topic.say(key)}" if known else item

    # --- IV and V ------------------------------------------------------------------------------

    def _analysis(self) -> list[Block]:
        chart = self.trend(list(self.dossier.trend), self.dossier.published)
        said = self.tendency(self.dossier.trend)
        trend: list[Block] = [Heading(self.say("trend")), chart, *said]
        history = [
            self.say("published", period=self.period(one.period), ikm=one.ikm, source=one.source)
            for one in self.dossier.published
        ]  # fmt: skip
        if history:
            trend += [Heading(self.say("history")), BulletList(history)]
        if not self.dossier.is_shown:
            return [Paragraph(self.sentence(self.missing)), *self._of_the_unit(), *trend]
        nilai = self.report.nilai or {}
        listed = {u: f"{self.unsur(u)}: {self.figure(nilai[u])}" for u in Unsur}
        best = sorted(Unsur, key=lambda unsur: (-nilai[unsur], unsur.number))[:3]
        return [
            Heading(self.say("strengths")),
            BulletList([listed[unsur] for unsur in best], numbered=True),
            Heading(self.say("weaknesses")),
            BulletList([listed[unsur] for unsur in self.report.prioritas], numbered=True),
            *(Paragraph(line) for line in ReportWording(self.topic).alike(self.report)),
            Heading(self.topic.say("drivers.title")),
            *self._drivers(),
            *self._of_the_unit(),
            Heading(self.say("plan")),
            *self.follow_up(list(self.dossier.follow_up), self.say("plan")),
            *self.photos(self.dossier.follow_up, self.dossier.photos),
            *trend,
        ]

    def _drivers(self) -> list[Block]:
        found = self.dossier.drivers
        if found is None:
            return [Paragraph(too_few(self.topic))]
        words = DriverWording(self.topic, found)
        nilai = self.report.nilai or {}
        rows = [
            [self.unsur(each.unsur), self.figure(nilai[each.unsur]), self.figure(each.r),
             words.r_interval(each), words.place(each)]
            for each in found.each
        ]  # fmt: skip
        heads = [self.say("unsur"), self.say("nilai"), *words.heads()]
        chart = replace(words.chart(self.report.period), notes=[])
        return [
            *map(Paragraph, words.warning()),
            Picture(self.topic.say("drivers.title"), draw(chart), words.alt(), 0.6),
            Table(
                self.topic.say("drivers.title"), heads, rows, [4, 1.4, 1.2, 2.6, 3.2],
                frozenset({1, 2}),
            ),
            Paragraph(words.method(), small=True),
        ]  # fmt: skip

    def _of_the_unit(self) -> list[Block]:
        """What the unit wrote itself when it handed the report in."""
        written = [part.strip() for part in self.dossier.analysis.split("\n")]
        parts = [Paragraph(part) for part in written if part]
        return [Heading(self.say("unit_analysis")), *parts] if parts else []

    def _closing(self) -> list[Block]:
        report = self.report
        lines = ("sign_place", "sign_head", "sign_name")
        sign = Signature([self.say(line, about=self.about) for line in lines])
        if not self.dossier.is_shown:
            return [Paragraph(self.sentence(self.missing)), sign]
        text = self.say(
            "closing", period=self.period(report.period), about=self.about, ikm=report.ikm,
            mutu=report.mutu, kinerja=self.band(report),
            unsur=", ".join(self.unsur(unsur) for unsur in report.prioritas),
        )  # fmt: skip
        return [Paragraph(text), sign]
