"""The annexes of a unit's report: questionnaire, tally, and what became of the last follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.shared import PhraseDocument
from skm.closing.dossier import Dossier
from skm.figures.report import Report
from skm.follow_up.realised import realised
from skm.output.documents.document import Block, Chapter, Facts, Paragraph, Table
from skm.survey.instrument import NILAI, Instrument
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class UnitAnnexes(PhraseDocument):
    """`instrument`: the questionnaire that is asked now."""

    dossier: Dossier
    instrument: Instrument

    @property
    def report(self) -> Report:
        return self.dossier.report

    def annexes(self) -> list[Chapter]:
        return [
            self._annex(1, "questionnaire", self._questionnaire()),
            self._annex(2, "tally", self._tally()),
            self._annex(3, "before_follow_up", self._before()),
        ]

    def _annex(self, number: int, title: str, blocks: list[Block]) -> Chapter:
        return Chapter(self.say("annex", number=number), self.say(title), blocks)

    def _questionnaire(self) -> list[Block]:
        rows = self._asked()
        if not rows:
            return [Paragraph(self.sentence(self.missing))]
        heads = [self.say(head) for head in ("unsur", "item", "answers")]
        return [Table(self.say("questionnaire"), heads, rows, [1.1, 5, 5])]

    def _asked(self) -> Sequence[Sequence[str]]:
        """As it was worded when the period was closed, or as it is asked now; none if neither."""
        language, kept = self.topic.language, self.dossier.questionnaire
        if kept:
            return kept.get(language, ())
        if self.report.instrument not in (None, self.instrument.version):
            return ()
        return self.topic.instansi.catalog.questionnaire(self.instrument)[language]

    def _tally(self) -> list[Block]:
        if not self.dossier.is_shown:
            return [Paragraph(self.sentence(self.missing))]
        nrr = self.report.nrr or {}
        rows = [
            [self.unsur(u), *(self.figure(n) for n in self.report.tally.counts[u]),
             self.figure(nrr[u])]
            for u in Unsur
        ]  # fmt: skip
        heads = [self.say("unsur"), *(str(n) for n in NILAI), self.say("nrr")]
        figures = frozenset(range(1, 6))
        return [Table(self.say("tally"), heads, rows, [6, 1, 1, 1, 1, 1.3], figures)]

    def _before(self) -> list[Block]:
        items = list(self.dossier.before_follow_up)
        blocks = self.follow_up(items, self.say("before_follow_up"))
        if not any(item.plan for item in items):
            return blocks
        share = Facts([(self.say("realised"), self.percent(realised(items)))])
        return [*blocks, share, *self.photos(items, self.dossier.photos)]
