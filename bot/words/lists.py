"""Words lists for officials: comments, units and services in order, unsur beside before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.messaging.message import Outbound, Replies
from bot.messaging.text_length import TEXT, fitted, joined, pages
from bot.request.figures import ReportFigures
from bot.request.request import Topic
from bot.words.names import period_words, title
from bot.words.report import ReportWording
from skm.figures.compare import Change, Comparison, Reason
from skm.figures.ranking import ranking
from skm.figures.report import Report
from skm.survey.response import Saran
from skm.survey.unsur import Unsur

WHOLE = 600  # characters of a comment


@dataclass(frozen=True)
class ListWording:
    """Words lists in the reader's language."""

    topic: Topic

    @property
    def report(self) -> ReportWording:
        return ReportWording(self.topic)

    def say(self, key: str, **values: object) -> str:
        return self.report.say(key, **values)

    def comments(self, comments: Sequence[Saran], report: Report) -> Outbound:
        """The newest comments, unless the unit's figures are withheld."""
        head = self.say("comments_title", about=title(self.topic))
        if report.is_withheld:
            return self._withheld(head, report, "komentar")
        lines = [self.report.comment(saran, WHOLE) for saran in comments]
        return self._list(head, lines or [self.say("comments_none")], "komentar")

    def ranking(self, reports: Sequence[Report], names: Mapping[str, str]) -> Replies:
        """Units, the lowest first, in as many messages as they need; `names`: by code."""
        head = self.say("ranking_title", about=title(self.topic))
        if not reports:
            return (self.topic.message(joined(head, self.say("ranking_none"))),)
        *parts, last = pages([head, *self._ranked(reports, names)])
        return (*map(self.topic.message, parts), self._list(last, [], "peringkat"))

    def layanan(self, whole: Report, reports: Sequence[Report]) -> Outbound:
        """The services of a unit, the lowest first. In these reports `upp` is the layanan."""
        head = self.say("layanan_title", about=title(self.topic))
        if whole.is_withheld:
            return self._withheld(head, whole, "layanan")
        if not reports:
            return self.topic.message(joined(head, self.topic.say("figure.none")))
        general = self.say("layanan_general")
        names = {report.upp: report.upp or general for report in reports}
        return self._list(head, self._ranked(reports, names), "layanan")

    def comparison(self, figures: ReportFigures) -> Outbound:
        """Each unsur beside the period before."""
        report, before = figures.report, figures.before
        period = period_words(self.topic, before.period)
        head = self.say("compare_title", about=title(self.topic), before=period)
        if not report.is_shown:
            return self._withheld(head, report, "banding")
        if before.is_shown:
            changes = report.unsur_changes_since(before)
            lines = [self._unsur_change(unsur, report, changes[unsur]) for unsur in Unsur]
            if all(change.reason for change in changes.values()):
                lines = [self.report.change(changes[Unsur.U1], before.period)]
            elif any(change.is_change for change in changes.values()):
                head = joined(head, self.say("compared_together"))
        else:
            refused = Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.TOO_FEW)
            lines = [self.report.change(refused, before.period)]
        return self._list(head, lines, "banding")

    def _list(self, head: str, lines: Iterable[str], command: str) -> Outbound:
        text = fitted(head, lines, TEXT)
        return self.topic.message(text, self.report.previous_and_full(command))

    def _withheld(self, head: str, report: Report, command: str) -> Outbound:
        text = joined(head, self.report.no_figures(report))
        return self.topic.message(text, (self.report.previous(command),))

    def _ranked(self, reports: Sequence[Report], names: Mapping[str, str]) -> Iterable[str]:
        """The lowest first, each with the ranks it may have; then those with too few responses for
        a rank, those that are withheld, and those without responses.
        """
        found = ranking(reports)
        if found.ranked:
            yield self.say("ranking_order")
        for one in found.ranked:
            number = str(one.best) if one.best == one.worst else f"{one.best}–{one.worst}"
            yield self._measured("ranked", one.report, names, number=number)
        for report in found.unranked:
            yield self._measured("ranked_few", report, names)
        for report in found.withheld:
            yield self.say("ranked_withheld", name=names[report.upp])
        for report in found.silent:
            none = self.topic.say("figure.none")
            yield self.say("ranked_none", name=names[report.upp], none=none)

    def _measured(self, key: str, report: Report, names: Mapping[str, str], **more: str) -> str:
        name, n = names[report.upp], report.responden
        return self.say(key, name=name, ikm=report.ikm, mutu=report.mutu, n=n, **more)

    def _unsur_change(self, unsur: Unsur, report: Report, change: Comparison) -> str:
        words = self.topic.say(f"figure.{change.change}")
        if change.is_change:
            words = f"{words} {self.topic.written(abs(change.difference or Decimal()))}"
        elif change.reason:
            words = f"{words}: {self.topic.say(f'figure.{change.reason}')}"
        nilai = (report.nilai or {})[unsur]
        return self.say("compared", unsur=self.topic.unsur(unsur), nilai=nilai, change=words)
