"""Words for the figures that officials ask for. Values come in, messages go out; nothing is read.

Groups of fewer than five are never broken down: their figures are not in any text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.ask import Ask, Seen
from bot.fit import CAPTION, cut, fitted, joined
from bot.message import Attachment, Choice, Outbound
from bot.phrase_period import capital, in_words
from skm.closing import Revision
from skm.compare import Change, Comparison, Reason
from skm.disclosure import K, shown
from skm.ikm import mutu
from skm.official import Action, may
from skm.period import DAYS, Period
from skm.report import Report
from skm.response import Saran
from skm.unsur import Unsur

QUOTED = 160  # characters of a comment in a report
Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True)
class PhraseReport:
    """Words in the language of whoever asked."""

    ask: Ask

    def say(self, key: str, **values: object) -> str:
        return self.ask.say(f"report.{key}", **values)

    # --- whole messages ------------------------------------------------------------------------

    def report(
        self,
        seen: Seen,
        said: Sequence[Saran],
        children: bool,
        chart: Attachment | None,
        became: Sequence[str] = (),
    ) -> Outbound:
        """The chart with its caption, and buttons for what is likely asked next. `became`: what
        came of the follow-ups before, in words.
        """
        text = joined(self.title(), *self.figures(seen), *self.priorities(seen.report), *became)
        text = self._with_comments(text, said if self.is_open(seen.report) else ())
        rows = self._next(children) if self.is_open(seen.report) else self.back("report")
        return self.out(text, rows, attachment=chart)

    def summary(self, seen: Seen) -> Outbound:
        """The same in four lines."""
        more = (self.button("full", "report", self.ask.subject.period),)
        return self.out(joined(self.title(), *self.figures(seen)), (more,))

    def alt(self, seen: Seen) -> str:
        """What the chart of a report shows, in words."""
        nilai = seen.report.nilai or {}
        parts = (f"{self.unsur(unsur)} {self.number(value)}" for unsur, value in nilai.items())
        return self.say("chart_alt", about=self.title(), nilai="; ".join(parts))

    # --- parts ---------------------------------------------------------------------------------

    def title(self) -> str:
        """ "Puskesmas Pajang, triwulan IV 2026"."""
        return self.say("title", name=self.ask.about, period=self.period(self.ask.subject.period))

    def period(self, period: Period) -> str:
        """ "triwulan IV 2026", "November 2026", "24 November 2026"."""
        return period_words(self.ask, period)

    def figures(self, seen: Seen) -> list[str]:
        """The index, its interval, its change, and how many answered of how many asked for."""
        report = seen.report
        if not self.is_open(report):
            return [self.few(report)]
        lines = [self._index(seen), self._interval(report)]
        lines += [self.change(change_of(seen), seen.before.period), self._sample(seen)]
        if report.others:
            lines.append(self.ask.say("figure.beberapa_instrumen"))
        lines += self._closed(seen.revision)
        return [line for line in lines if line]

    def priorities(self, report: Report) -> list[str]:
        """The three unsur to mend first, with their nilai."""
        if not self.is_open(report) or report.nilai is None:
            return []
        listed = (
            f"{number}. {self.unsur(unsur)} {self.number(report.nilai[unsur])}"
            for number, unsur in enumerate(report.prioritas, 1)
        )
        return ["", self.say("priority"), *listed]

    def _closed(self, revision: Revision | None) -> list[str]:
        """That these are frozen figures, and the revision where it may be told."""
        if revision is None:
            return []
        day = revision.closed_at.astimezone(self.ask.desk.zone).date()
        lines = [self.say("closed", day=day)]
        if revision.may_be_told:
            lines.append(self.say("revision", n=revision.at_least, ikm=revision.about))
        return lines

    def _index(self, seen: Seen) -> str:
        """One line; of the whole instansi both figures in use, each by its name."""
        if seen.city is None:
            return self._line_of("index", seen.report.ikm)
        return joined(
            self._line_of("index_mean", seen.city.rerata_upp, upp=len(seen.city.terukur)),
            self._line_of("index_pooled", seen.report.ikm),
        )

    def _line_of(self, key: str, ikm: Decimal | None, **more: int) -> str:
        if ikm is None:
            return ""
        band = mutu(ikm)
        kinerja = self.ask.say(f"mutu.{band}")
        return self.say(key, ikm=ikm, mutu=band, kinerja=kinerja, **more)

    def _interval(self, report: Report) -> str:
        if report.interval is None:
            return ""
        low, high = report.interval
        return self.say("interval", low=low, high=high)

    def change(self, change: Comparison, before: Period) -> str:
        words = self.ask.say(f"figure.{change.change}")
        if change.reason:
            reason = self.ask.say(f"figure.{change.reason}")
            return self.say("change_none", before=self.period(before), reason=reason)
        key = "change_flat" if change.change is Change.TIDAK_BERBEDA_NYATA else "change"
        by = abs(change.difference or Decimal())
        said = self.say(key, change=words, by=by, before=self.period(before))
        return capital(said)

    def _sample(self, seen: Seen) -> str:
        report, brief = seen.report, "_brief" if self._is_brief(seen.report) else ""
        if seen.city is None:
            return self.say(f"sample{brief}", n=report.responden, target=report.target)
        reached = sum(unit.responden >= unit.target for unit in seen.city.upp)
        answered = sum(unit.responden > 0 for unit in seen.city.upp)
        return self.say(
            f"sample_city{brief}", n=report.responden, answered=answered, upp=len(seen.city.upp),
            reached=reached,
        )  # fmt: skip

    def is_open(self, report: Report) -> bool:
        """There are figures that may be shown."""
        return report.open

    def few(self, report: Report) -> str:
        if report.responden == 0:
            return self.say("none")
        if shown(report.responden):
            return self.say("withheld", k=K)
        key = "few_brief" if self._is_brief(report) else "few"
        return self.say(key, few=self.ask.say("figure.few", k=K), target=report.target)

    def _is_brief(self, report: Report) -> bool:
        """A day or a week: nobody is to reach in it what is the target of a survey."""
        return report.period.kind in DAYS

    def _with_comments(self, text: str, said: Sequence[Saran]) -> str:
        lines = [self.comment(saran, QUOTED) for saran in said]
        if not lines:
            return text
        return fitted(joined(text, "", self.say("newest")), lines, CAPTION, otherwise=text)

    def comment(self, saran: Saran, most: int) -> str:
        own = self.ask.subject.upp and self.ask.subject.upp.code == saran.upp
        unit = "" if own else saran.upp_name
        where = ", ".join(filter(None, (unit, saran.layanan, self._day(saran))))
        return self.say("comment", text=cut(saran.text, most), where=where)

    def _day(self, saran: Saran) -> str:
        return self.ask.desk.catalog.day(self.ask.language, saran.day)

    def unsur(self, unsur: Unsur) -> str:
        return self.ask.say(f"unsur_short.{unsur}")

    def number(self, value: Decimal) -> str:
        return self.ask.desk.catalog.written(self.ask.language, value)

    # --- buttons -------------------------------------------------------------------------------

    def _next(self, children: bool) -> Rows:
        ask, period = self.ask, self.ask.subject.period
        return _rows(
            [*self.back("report")[0], self.button("compare", "banding", period)],
            [
                self.button("comments", "komentar", period),
                self.button("layanan", "layanan", period) if ask.subject.upp else None,
                self.button("ranking", "peringkat", period) if children else None,
            ],
            [
                Choice(form.upper(), f"/report {ask.subject.code} {period} {form}")
                for form in ask.desk.exports
                if may(ask.official, Action.EXPORT, ask.subject.lineage)
            ],
        )

    def back(self, command: str) -> Rows:
        """The same of the period before."""
        return ((self.button("previous", command, self.ask.subject.period.previous()),),)

    def earlier(self, command: str) -> Rows:
        full = self.button("full", "report", self.ask.subject.period)
        return ((*self.back(command)[0], full),)

    def button(self, label: str, command: str, period: Period) -> Choice:
        """A button carries the command as it would be typed."""
        return Choice(self.say(f"button_{label}"), f"/{command} {self.ask.subject.code} {period}")

    def out(
        self,
        text: str,
        rows: Rows = (),
        attachment: Attachment | None = None,
    ) -> Outbound:
        return Outbound(text, rows, attachment=attachment, language=self.ask.language)


def change_of(seen: Seen) -> Comparison:
    """The change since the period before, unless it would say something about a small group."""
    if seen.before.closed:
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.FEW)
    change = seen.report.change_since(seen.before)
    return replace(change, interval=None)


def period_words(ask: Ask, period: Period) -> str:
    """A period as people call it, in the language of whoever asked."""
    return in_words(ask.desk.catalog, ask.language, period)


def _rows(*rows: list[Choice | None]) -> Rows:
    """Rows of buttons without what is not offered."""
    kept = (tuple(choice for choice in row if choice) for row in rows)
    return tuple(row for row in kept if row)
