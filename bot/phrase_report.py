"""Words for the figures that officials ask for. Values come in, messages go out; nothing is read.

Groups of fewer than five are never broken down: their figures are not in any text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.ask import Ask, Seen
from bot.message import Attachment, Choice, Outbound
from skm.compare import Change, Comparison, Reason
from skm.disclosure import K, hidden, shown
from skm.ikm import mutu
from skm.official import Action, may
from skm.period import Kind, Period
from skm.report import Report
from skm.response import Saran
from skm.unsur import Unsur
from skm.upp import Upp

CAPTION = 1024  # UTF-16 units below a picture: the tightest channel's
TEXT = 4096
QUOTED = 160  # characters of a comment in a report
WHOLE = 600  # and in a list of comments
ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True)
class PhraseReport:
    """Words in the language of whoever asked."""

    ask: Ask

    def say(self, key: str, **values: object) -> str:
        return self.ask.say(f"report.{key}", **values)

    # --- whole messages ------------------------------------------------------------------------

    def report(
        self, seen: Seen, said: Sequence[Saran], children: bool, chart: Attachment | None
    ) -> Outbound:
        """The chart with its caption, and buttons for what is likely asked next."""
        text = _lines(self.title(), *self.figures(seen), *self.priorities(seen.report))
        text = self._with_comments(text, said if shown(seen.report.responden) else ())
        return self._out(text, self._next(children), attachment=chart)

    def summary(self, seen: Seen) -> Outbound:
        """The same in four lines."""
        more = (self._button("full", "report", self.ask.subject.period),)
        return self._out(_lines(self.title(), *self.figures(seen)), (more,))

    def comments(self, said: Sequence[Saran], report: Report) -> Outbound:
        head = self.say("comments_title", about=self.title())
        if not shown(report.responden):
            return self._out(_lines(head, self._few(report)))
        if not said:
            return self._out(_lines(head, self.say("comments_none")), self._earlier("komentar"))
        lines = [self._comment(saran, WHOLE) for saran in said]
        return self._out(_fitted(head, lines, TEXT), self._earlier("komentar"))

    def ranking(self, reports: Sequence[Report], names: Mapping[str, Upp]) -> Outbound:
        """The units below one, best first; small ones by name only."""
        head = self.say("ranking_title", about=self.title())
        if not reports:
            return self._out(_lines(head, self.say("ranking_none")))
        lines = self._ranked(reports, {code: unit.name for code, unit in names.items()})
        return self._out(_fitted(head, lines, TEXT), self._earlier("peringkat"))

    def layanan(self, reports: Sequence[Report]) -> Outbound:
        """The services of a unit, best first. In these reports `upp` is the layanan."""
        head = self.say("layanan_title", about=self.title())
        if not reports:
            return self._out(_lines(head, self.ask.say("figure.none")))
        general = self.say("layanan_general")
        lines = self._ranked(reports, {report.upp: report.upp or general for report in reports})
        return self._out(_fitted(head, lines, TEXT), self._earlier("layanan"))

    def comparison(self, seen: Seen) -> Outbound:
        """Each unsur against the period before."""
        head = self.say("compare_title", about=self.title(), before=self.period(seen.before.period))
        if not shown(seen.report.responden):
            return self._out(_lines(head, self._few(seen.report)))
        if not shown(seen.before.responden):
            few = Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.FEW)
            return self._out(_lines(head, self._change(few, seen.before.period)))
        changes = seen.report.unsur_changes_since(seen.before)
        lines = [self._unsur_change(unsur, seen.report, changes[unsur]) for unsur in Unsur]
        return self._out(_lines(head, *lines), self._earlier("banding"))

    def alt(self, seen: Seen) -> str:
        """What the chart of a report shows, in words."""
        nilai = seen.report.nilai or {}
        parts = (f"{self._unsur(unsur)} {self._number(value)}" for unsur, value in nilai.items())
        return self.say("chart_alt", about=self.title(), nilai="; ".join(parts))

    # --- parts ---------------------------------------------------------------------------------

    def title(self) -> str:
        """ "Puskesmas Pajang, triwulan IV 2026"."""
        subject = self.ask.subject
        name = subject.upp.name if subject.upp else self.ask.desk.instansi
        return self.say("title", name=name, period=self.period(subject.period))

    def period(self, period: Period) -> str:
        """ "triwulan IV 2026", "November 2026", "24 November 2026"."""
        return period_words(self.ask, period)

    def figures(self, seen: Seen) -> list[str]:
        """The index, its interval, its change, and how many answered of how many asked for."""
        report = seen.report
        if not shown(report.responden) or report.ikm is None:
            return [self._few(report)]
        lines = [self._index(seen), self._interval(report)]
        lines += [self._change(change_of(seen), seen.before.period), self._sample(seen)]
        if report.others:
            lines.append(self.ask.say("figure.beberapa_instrumen"))
        return lines

    def priorities(self, report: Report) -> list[str]:
        """The three unsur to mend first, with their nilai."""
        if not shown(report.responden) or report.nilai is None:
            return []
        listed = (
            f"{number}. {self._unsur(unsur)} {self._number(report.nilai[unsur])}"
            for number, unsur in enumerate(report.prioritas, 1)
        )
        return ["", self.say("priority"), *listed]

    def _index(self, seen: Seen) -> str:
        """One line; of the whole instansi both figures in use, each by its name."""
        if seen.city is None:
            return self._line_of("index", seen.report.ikm)
        return _lines(
            self._line_of("index_mean", seen.city.rerata_upp),
            self._line_of("index_pooled", seen.report.ikm),
        )

    def _line_of(self, key: str, ikm: Decimal | None) -> str:
        if ikm is None:
            return ""
        band = mutu(ikm)
        return self.say(key, ikm=ikm, mutu=band, kinerja=self.ask.say(f"mutu.{band}"))

    def _interval(self, report: Report) -> str:
        if report.interval is None:
            return ""
        low, high = report.interval
        return self.say("interval", low=low, high=high)

    def _change(self, change: Comparison, before: Period) -> str:
        words = self.ask.say(f"figure.{change.change}")
        if change.reason:
            reason = self.ask.say(f"figure.{change.reason}")
            return self.say("change_none", before=self.period(before), reason=reason)
        key = "change_flat" if change.change is Change.TIDAK_BERBEDA_NYATA else "change"
        return self.say(
            key, change=words, by=abs(change.difference or Decimal()), before=self.period(before)
        ).capitalize()

    def _sample(self, seen: Seen) -> str:
        report = seen.report
        if seen.city is None:
            return self.say("sample", n=report.responden, target=report.target)
        reached = sum(unit.responden >= unit.target for unit in seen.city.upp)
        answered = sum(unit.responden > 0 for unit in seen.city.upp)
        return self.say(
            "sample_city", n=report.responden, answered=answered, upp=len(seen.city.upp),
            reached=reached,
        )  # fmt: skip

    def _few(self, report: Report) -> str:
        if report.responden == 0:
            return self.say("none")
        return self.say("few", few=self.ask.say("figure.few", k=K), target=report.target)

    def _ranked(self, reports: Sequence[Report], names: Mapping[str, str]) -> Iterable[str]:
        """Numbered from the best; then those whose groups are small, then those without answers."""
        hide = hidden({report.upp: report.responden for report in reports})
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
            words = f"{words} {self._number(abs(change.difference or Decimal()))}"
        elif change.reason:
            words = f"{words}: {self.ask.say(f'figure.{change.reason}')}"
        return self.say("compared", unsur=self._unsur(unsur), nilai=nilai, change=words)

    def _with_comments(self, text: str, said: Sequence[Saran]) -> str:
        lines = [self._comment(saran, QUOTED) for saran in said]
        if not lines:
            return text
        return _fitted(_lines(text, "", self.say("newest")), lines, CAPTION, otherwise=text)

    def _comment(self, saran: Saran, most: int) -> str:
        where = ", ".join(filter(None, (saran.layanan, self._day(saran))))
        return self.say("comment", text=_cut(saran.text, most), where=where)

    def _day(self, saran: Saran) -> str:
        return self.ask.desk.catalog.day(self.ask.language, saran.day)

    def _unsur(self, unsur: Unsur) -> str:
        return self.ask.say(f"unsur_short.{unsur}")

    def _number(self, value: Decimal) -> str:
        return self.ask.desk.catalog.written(self.ask.language, value)

    # --- buttons -------------------------------------------------------------------------------

    def _next(self, children: bool) -> tuple[tuple[Choice, ...], ...]:
        ask, period = self.ask, self.ask.subject.period
        rows = [
            (self._button("previous", "report", period.previous()),
             self._button("compare", "banding", period)),
            (self._button("comments", "komentar", period),
             self._button("layanan", "layanan", period) if ask.subject.upp else None,
             self._button("ranking", "peringkat", period) if children else None),
            tuple(
                Choice(form.upper(), f"/report {ask.subject.code} {period} {form}")
                for form in ask.desk.exports
                if may(ask.official, Action.EXPORT, ask.subject.lineage)
            ),
        ]  # fmt: skip
        return tuple(full for row in rows if (full := tuple(filter(None, row))))

    def _earlier(self, command: str) -> tuple[tuple[Choice, ...], ...]:
        period = self.ask.subject.period
        return (
            (self._button("previous", command, period.previous()),
             self._button("full", "report", period)),
        )  # fmt: skip

    def _button(self, label: str, command: str, period: Period) -> Choice:
        """A button carries the command as it would be typed."""
        return Choice(self.say(f"button_{label}"), f"/{command} {self.ask.subject.code} {period}")

    def _out(
        self,
        text: str,
        rows: tuple[tuple[Choice, ...], ...] = (),
        attachment: Attachment | None = None,
    ) -> Outbound:
        return Outbound(text, rows, attachment=attachment, language=self.ask.language)


def change_of(seen: Seen) -> Comparison:
    """The change since the period before, unless it would say something about a small group."""
    if not shown(seen.before.responden):
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.FEW)
    change = seen.report.change_since(seen.before)
    return replace(change, interval=None)


def period_words(ask: Ask, period: Period) -> str:
    """A period as people call it."""
    catalog, language, year = ask.desk.catalog, ask.language, str(period.start.year)
    match period.kind:
        case Kind.DAY:
            return catalog.day(language, period.start)
        case Kind.MONTH:
            return catalog.day(language, period.start).partition(" ")[2]
        case Kind.WEEK:
            first, last = period.start, period.end - timedelta(days=1)
            return ask.say("period.week", first=first, last=last)
        case Kind.YEAR:
            return ask.say("period.year", year=year)
        case Kind.SEMESTER | Kind.QUARTER:
            number = ROMAN[int(str(period)[-1])]
            return ask.say(f"period.{period.kind}", number=number, year=year)


def _lines(*parts: str) -> str:
    return "\n".join(parts).strip("\n")


def _fitted(head: str, lines: Iterable[str], most: int, otherwise: str = "") -> str:
    """As many lines as fit; `otherwise` where not even one does."""
    text, count = head, 0
    for line in lines:
        longer = f"{text}\n{line}"
        if _units(longer) > most - 2:
            return f"{text}\n…" if count or not otherwise else otherwise
        text, count = longer, count + 1
    return text


def _units(text: str) -> int:
    """Length as messengers count it."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"
