"""The report of a unit in the usual chapters: values come in, a document goes out."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.phrase_annexes import UnitAnnexes
from bot.phrase_chart import nine_unsur
from skm.disclosure import K, hidden
from skm.ikm import legacy_ikm, mutu
from skm.output.charts import draw
from skm.output.document import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Picture,
    Signature,
    Table,
)
from skm.sample import margin_of_error
from skm.unsur import Unsur
from skm.validity import ENOUGH, RELIABLE, gratis, ikm_without_u4

OLD_WEIGHT = Decimal("0.11")


@dataclass(frozen=True)
class UnitReport(UnitAnnexes):
    """The chapters, and after them the annexes."""

    def made(self) -> Document:
        chapters = [
            self.part(1, self._introduction()),
            self.part(2, self._method()),
            self.part(3, self._results()),
            self.part(4, self._analysis()),
            self.part(5, self._closing()),
            *self.annexes(),
        ]
        return self.document("unit_title", chapters, self.dossier)

    # --- I and II ------------------------------------------------------------------------------

    def _introduction(self) -> list[Block]:
        return [
            Heading(self.say("background")),
            Paragraph(self.say("background_text", about=self.about)),
            Heading(self.say("basis")),
            Items(self.basis(), numbered=True),
            Heading(self.say("purpose")),
            Paragraph(self.say("purpose_text")),
        ]

    def _method(self) -> list[Block]:
        period = self.report.period
        span = self.say("span", first=period.start, last=period.end - timedelta(days=1))
        return [
            Heading(self.say("organisation")),
            Facts(
                [
                    (self.say("unit"), self.about),
                    (self.say("above"), self.dossier.above or self.ask.desk.instansi),
                    (self.say("period"), span),
                    (self.say("place"), self.say("place_text", about=self.about)),
                ]
            ),
            Heading(self.say("method_head")),
            Paragraph(self.say("method_text")),
            *self._ways(),
            Heading(self.say("sample")),
            Facts(self._sample()),
        ]

    def _ways(self) -> list[Block]:
        if not self.dossier.open:
            return []
        by_mode: dict[str, int] = {}
        for (_, mode), n in self.dossier.ways.items():
            by_mode[mode] = by_mode.get(mode, 0) + n
        hide = hidden(by_mode, self.dossier.few.get("mode", ()))
        rows = [
            [self.say(mode), *self.group(n, self.report.responden, mode in hide)]
            for mode, n in sorted(by_mode.items())
        ]
        heads = [self.say("way"), self.say("responden"), self.say("share")]
        return [Table(self.say("way"), heads, rows, [4, 2, 2], frozenset({1, 2}))]

    def _sample(self) -> list[tuple[str, str]]:
        report = self.report
        short = max(report.target - report.responden, 0)
        reached = self.say("not_reached", by=short) if short else self.say("reached")
        margin = margin_of_error(report.responden, report.population)
        facts = [
            (self.say("population"), self.figure(report.population)),
            (self.say("target"), self.figure(report.target)),
            (self.say("responden"), self._responden()),
        ]
        if not self.dossier.open:
            return facts
        return [
            *facts,
            (self.say("state"), reached),
            (self.say("margin"), self.say("points", figure=self.figure(margin))),
        ]

    def _responden(self) -> str:
        return self.people(self.report)

    # --- III -----------------------------------------------------------------------------------

    def _results(self) -> list[Block]:
        if not self.dossier.open:
            few = self.people(self.report) if self.report.responden else self.ask.say("figure.none")
            people = f"{self.say('responden')}: {few}."
            return [Paragraph(f"{people} {self.sentence(self.missing)}")]
        return [
            *self.profile(self.dossier),
            Heading(self.say("index")),
            Facts(self._index()),
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
        low, high = report.interval or (None, None)
        facts = [
            (self.say("ikm"), self.figure(report.ikm)),
            (self.say("mutu"), self.figure(report.mutu and str(report.mutu))),
            (self.say("kinerja"), self.band(report)),
            (self.say("interval"), self.missing if low is None
             else self.say("span", first=low, last=high)),
            (self.say("change"), self.change(report, self.dossier.before)),
        ]  # fmt: skip
        if report.others:
            facts.append(("", self.ask.say("figure.beberapa_instrumen")))
        return facts

    def _side(self) -> list[tuple[str, str]]:
        tally = self.report.tally
        return [
            (self.say("legacy"), self.figure(legacy_ikm(tally, OLD_WEIGHT))),
            (self.say("without_u4"), self.figure(ikm_without_u4(tally))),
            (self.say("gratis"), self.percent(gratis(tally))),
        ]

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
        from bot.ask import Seen
        from bot.phrase_report import PhraseReport

        seen = Seen(self.report, self.dossier.before)
        alt = PhraseReport(self.ask).alt(seen)
        chart = replace(nine_unsur(self.ask, seen), interval=self.say("interval"))
        return Picture(self.say("per_unsur"), draw(chart), alt, 0.55)

    def _layanan(self) -> list[Block]:
        found = self.dossier.layanan
        if not found:
            return [Paragraph(self.sentence(self.missing))]
        groups = {name: report.responden for name, report in found.items()}
        hide = hidden(groups, self.dossier.few.get("layanan", ()))
        rows = []
        for name, report in found.items():
            n, _ = self.group(report.responden, self.report.responden, name in hide)
            ikm = "–" if name in hide else self.figure(report.ikm)
            band = "–" if name in hide else str(report.mutu or self.missing)
            rows.append([name or self.say("general"), n, ikm, band])
        heads = [self.say(head) for head in ("layanan", "responden", "ikm", "band")]
        table = Table(self.say("per_layanan"), heads, rows, [5, 2.4, 1.5, 1.5], frozenset({1, 2}))
        return [table, Paragraph(self.say("hidden_note", k=K), small=True)]

    def _validity(self) -> list[Block]:
        found = self.dossier.validity
        if found is None:
            return [Paragraph(self.say("few_for_validity", n=ENOUGH))]
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
        table = Table(self.say("item_total"), heads, rows, [5, 1.6, 1.6, 2], frozenset({1, 2}))
        return [Paragraph(alpha), table]

    def _item(self, item: str) -> str:
        key = f"{self.instrument.name}.{item}.short"
        known = self.ask.desk.catalog.has(self.ask.language, key)
        return f"{item} {self.ask.say(key)}" if known else item

    # --- IV and V ------------------------------------------------------------------------------

    def _analysis(self) -> list[Block]:
        chart = self.trend(list(self.dossier.trend), self.dossier.published)
        trend: list[Block] = [Heading(self.say("trend")), chart]
        history = [
            self.say("published", period=self.period(one.period), ikm=one.ikm, source=one.source)
            for one in self.dossier.published
        ]  # fmt: skip
        if history:
            trend += [Heading(self.say("history")), Items(history)]
        if not self.dossier.open:
            return [Paragraph(self.sentence(self.missing)), *trend]
        nilai = self.report.nilai or {}
        listed = {u: f"{self.unsur(u)}: {self.figure(nilai[u])}" for u in Unsur}
        best = sorted(Unsur, key=lambda unsur: (-nilai[unsur], unsur.number))[:3]
        return [
            Heading(self.say("strengths")),
            Items([listed[unsur] for unsur in best], numbered=True),
            Heading(self.say("weaknesses")),
            Items([listed[unsur] for unsur in self.report.prioritas], numbered=True),
            Heading(self.say("plan")),
            *self.follow_up(list(self.dossier.follow_up), self.say("plan")),
            *self.photos(self.dossier.follow_up, self.dossier.photos),
            *trend,
        ]

    def _closing(self) -> list[Block]:
        report = self.report
        lines = ("sign_place", "sign_head", "sign_name")
        sign = Signature([self.say(line, about=self.about) for line in lines])
        if not self.dossier.open:
            return [Paragraph(self.sentence(self.missing)), sign]
        text = self.say(
            "closing", period=self.period(report.period), about=self.about, ikm=report.ikm,
            mutu=report.mutu, kinerja=self.band(report),
            unsur=", ".join(self.unsur(unsur) for unsur in report.prioritas),
        )  # fmt: skip
        return [Paragraph(text), sign]
