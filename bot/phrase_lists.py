"""Words for what officials list: comments, units in order, services, unsur against before."""

from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal

from bot.ask import Seen
from bot.fit import TEXT, fitted, joined
from bot.message import Outbound
from bot.phrase_report import PhraseReport
from skm.compare import Change, Comparison, Reason
from skm.report import Report
from skm.response import Saran
from skm.unsur import Unsur
from skm.upp import Upp

WHOLE = 600  # characters of a comment


class PhraseLists(PhraseReport):
    """Words in the language of whoever asked."""

    def comments(self, said: Sequence[Saran], report: Report) -> Outbound:
        head = self.say("comments_title", about=self.title())
        if report.closed:
            return self.out(joined(head, self.few(report)), self.back("komentar"))
        if not said:
            return self.out(joined(head, self.say("comments_none")), self.earlier("komentar"))
        lines = [self.comment(saran, WHOLE) for saran in said]
        return self.out(fitted(head, lines, TEXT), self.earlier("komentar"))

    def ranking(self, reports: Sequence[Report], names: Mapping[str, Upp]) -> Outbound:
        """The units below one, best first; small ones by name only."""
        head = self.say("ranking_title", about=self.title())
        if not reports:
            return self.out(joined(head, self.say("ranking_none")))
        hide = frozenset(report.upp for report in reports if report.closed)
        lines = self._ranked(reports, {code: unit.name for code, unit in names.items()}, hide)
        return self.out(fitted(head, lines, TEXT), self.earlier("peringkat"))

    def layanan(self, whole: Report, reports: Sequence[Report]) -> Outbound:
        """The services of a unit, best first. In these reports `upp` is the layanan."""
        head = self.say("layanan_title", about=self.title())
        if whole.closed:
            return self.out(joined(head, self.few(whole)), self.earlier("layanan"))
        if not reports:
            return self.out(joined(head, self.ask.say("figure.none")))
        general = self.say("layanan_general")
        hide = frozenset(report.upp for report in reports if report.closed)
        names = {report.upp: report.upp or general for report in reports}
        lines = self._ranked(reports, names, hide)
        return self.out(fitted(head, lines, TEXT), self.earlier("layanan"))

    def comparison(self, seen: Seen) -> Outbound:
        """Each unsur against the period before."""
        head = self.say("compare_title", about=self.title(), before=self.period(seen.before.period))
        if not self.is_open(seen.report):
            return self.out(joined(head, self.few(seen.report)), self.back("banding"))
        if not seen.before.open:
            few = Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.FEW)
            said = joined(head, self.change(few, seen.before.period))
            return self.out(said, self.earlier("banding"))
        changes = seen.report.unsur_changes_since(seen.before)
        lines = [self._unsur_change(unsur, seen.report, changes[unsur]) for unsur in Unsur]
        return self.out(joined(head, *lines), self.earlier("banding"))

    def _ranked(
        self, reports: Sequence[Report], names: Mapping[str, str], hide: Set[str]
    ) -> Iterable[str]:
        """Numbered from the best; then those of `hide`, then those without answers."""
        open_ = [report for report in reports if report.ikm and report.upp not in hide]
        open_.sort(key=lambda report: (-(report.ikm or 0), names[report.upp]))
        for number, report in enumerate(open_, 1):
            yield self.say(
                "ranked", number=number, name=names[report.upp], ikm=report.ikm,
                mutu=report.mutu, n=report.responden,
            )  # fmt: skip
        for report in reports:
            if report.upp in hide:
                yield self.say("ranked_hidden", name=names[report.upp])
        for report in reports:
            if report.responden == 0:
                none = self.ask.say("figure.none")
                yield self.say("ranked_none", name=names[report.upp], none=none)

    def _unsur_change(self, unsur: Unsur, report: Report, change: Comparison) -> str:
        nilai = (report.nilai or {})[unsur]
        words = self.ask.say(f"figure.{change.change}")
        if change.change in (Change.NAIK, Change.TURUN):
            words = f"{words} {self.number(abs(change.difference or Decimal()))}"
        elif change.reason:
            words = f"{words}: {self.ask.say(f'figure.{change.reason}')}"
        return self.say("compared", unsur=self.unsur(unsur), nilai=nilai, change=words)
