"""Words the figures of a report for a chat message. Nothing is read here.

Withheld figures (`Report.withheld`) are in no text; the text says why they are not shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.messaging.message import Attachment, Choice, Outbound, Rows
from bot.messaging.text_length import CAPTION, fitted, joined, one_line
from bot.request.figures import ReportFigures
from bot.request.request import Topic
from bot.words.names import period_words, title
from bot.words.period import capital
from skm.closing.frozen import Revision
from skm.figures.compare import Change, Comparison, Reason
from skm.figures.ikm import mutu
from skm.figures.instansi import behind_target, reached_target
from skm.figures.report import Report
from skm.figures.tendency import Tendency
from skm.instansi.period import Period, PeriodKind
from skm.instansi.target import Pace
from skm.privacy.small_groups import WithheldReason
from skm.quality.flagged import Odd
from skm.quality.representation import Representation
from skm.survey.response import Saran
from skm.survey.unsur import Unsur

QUOTED = 160  # characters of a comment in a report


@dataclass(frozen=True)
class ReportWording:
    """Words reports in the reader's language."""

    topic: Topic

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"report.{key}", **values)

    # --- whole messages ------------------------------------------------------------------------

    def report(
        self,
        figures: ReportFigures,
        comments: Sequence[Saran],
        chart: Attachment | None,
        *,
        follow_ups: Sequence[str] = (),
        has_units_below: bool = False,
        forms: Sequence[str] = (),
    ) -> Outbound:
        """The chart with its caption, and buttons for related commands.

        `follow_ups`: lines about those of an earlier period. `forms`: formats of files to offer.
        """
        report = figures.report
        lines = joined(title(self.topic), *self.figures(figures), *self.priorities(report))
        text = joined(lines, *follow_ups)
        if not report.is_shown:
            return self.topic.message(text, (self.previous("report"),), chart)
        text = self._with_comments(text, comments)
        return self.topic.message(text, self._related(has_units_below, forms), chart)

    def summary(self, figures: ReportFigures) -> Outbound:
        """The index and what belongs to it, without a chart."""
        full = self.button("full", "report", self.topic.subject.period)
        return self.topic.message(joined(title(self.topic), *self.figures(figures)), ((full,),))

    # --- lines ---------------------------------------------------------------------------------

    def figures(self, figures: ReportFigures, change: Comparison | None = None) -> list[str]:
        """The index, its interval, its change and the number of respondents, a line each.

        `change`: since the period before, if it was looked at together with others.
        """
        report = figures.report
        if not report.is_shown:
            return [self.no_figures(report), *self.pace(figures)]
        return [*self.index(figures), *self.beside_index(figures, change)]

    def beside_index(self, figures: ReportFigures, change: Comparison | None = None) -> list[str]:
        """What the index stands on; see `figures`."""
        report, before = figures.report, figures.before
        lines = [
            *self._interval(figures),
            self.change(change or change_of(report, before), before.period),
            self._sample(figures),
            *self.pace(figures),
            *self.response_rate(report, figures.representation),
            *self.flagged(figures.odd),
            *self.parts(report),
            *self._frozen(figures.revision),
        ]
        return [line for line in lines if line]

    def no_figures(self, report: Report) -> str:
        """Why no figures are shown."""
        if report.withheld is None:
            return self.say("none")
        if report.withheld is WithheldReason.DERIVABLE:
            return self.say("derivable")
        small = self.topic.say("figure.small")
        if report.target is None:
            return self.say("small_brief", n=small)
        return self.say("small", n=small, target=report.target)

    def priorities(self, report: Report) -> list[str]:
        """The three unsur to improve first, with their nilai, after a blank line."""
        if not report.is_shown or report.nilai is None:
            return []
        lines = (
            f"{number}. {self.topic.unsur(unsur)} {self.topic.written(report.nilai[unsur])}"
            for number, unsur in enumerate(report.prioritas, 1)
        )
        return ["", self.say("priority"), *lines, *self.alike(report)]

    def response_rate(self, report: Report, found: Representation) -> list[str]:
        """How many of those who were served answered, where that is known; one line, or none."""
        if found.is_exceeded_by(report.responden):
            return [self.say("more_than_served", served=found.served)]
        rate = found.response_rate(report.responden)
        return [] if rate is None else [self.say("response_rate", rate=rate, served=found.served)]

    def flagged(self, odd: Odd, count: int = 0) -> list[str]:
        """How many responses are flagged and why, and the index without them; one line, or none.

        `count`: how many there are in all, where that is known.
        """
        count = count or odd.count
        if not odd.flags:
            return [self.topic.say("flags.many", count=count)] if count else []
        often = sorted(odd.flags, key=lambda flag: (-odd.flags[flag], flag))
        kinds = ", ".join(self.topic.say(f"flags.{flag}") for flag in often)
        if odd.unflagged is None:
            return [self.topic.say("flags.found", count=count, kinds=kinds)]
        return [self.topic.say("flags.without", count=count, kinds=kinds, ikm=odd.unflagged)]

    def alike(self, report: Report) -> list[str]:
        """Which other unsur may as well be the lowest; one line, or none."""
        if not report.setara:
            return []
        if not report.unsur_differ:
            return [self.say("alike_all")]
        if len(report.setara) + len(report.prioritas) == len(Unsur):
            return [self.say("alike_rest")]
        return [self.say("alike", unsur=", ".join(map(self.topic.unsur, report.setara)))]

    def change(self, change: Comparison, before: Period) -> str:
        """How the index has changed since the period `before`, or why that cannot be said."""
        period = period_words(self.topic, before)
        if change.reason:
            reason = self.topic.say(f"figure.{change.reason}")
            return self.say("change_none", before=period, reason=reason)
        key = "change_flat" if change.change is Change.TIDAK_BERBEDA_NYATA else "change"
        words = self.topic.say(f"figure.{change.change}")
        by = abs(change.difference or Decimal())
        return capital(self.say(key, change=words, by=by, before=period))

    def tendency(self, found: Tendency | None) -> list[str]:
        """How the index has risen or fallen over several periods, if it has; one line."""
        if found is None or not found.step.is_change:
            return []
        low, high = found.step.interval or (Decimal(), Decimal())
        bounds = sorted(map(abs, (low, high)))
        by = abs(found.step.difference or Decimal())
        key = f"tendency_{found.step.change}"
        return [self.say(key, n=found.periods, by=by, low=bounds[0], high=bounds[1])]

    def comment(self, saran: Saran, most: int) -> str:
        """A comment of at most so many characters, with where and when it was written."""
        upp = self.topic.subject.upp
        unit = "" if upp and upp.code == saran.upp else saran.upp_name
        where = ", ".join(filter(None, (unit, saran.layanan, self.topic.written(saran.day))))
        return self.say("comment", text=one_line(saran.text, most), where=where)

    def index(self, figures: ReportFigures) -> list[str]:
        """One line; for the whole instansi the mean of units and the index of all respondents."""
        pooled, city = figures.report.ikm, figures.city
        if city is None:
            return [self._ikm("index", pooled)]
        mean = self._ikm("index_mean", city.rerata_upp, upp=len(city.terukur))
        return [mean, self._ikm("index_pooled", pooled)]

    def _ikm(self, key: str, ikm: Decimal | None, **values: int) -> str:
        if ikm is None:
            return ""
        band = mutu(ikm)
        return self.say(key, ikm=ikm, mutu=band, kinerja=self.topic.say(f"mutu.{band}"), **values)

    def _interval(self, figures: ReportFigures) -> list[str]:
        """The interval; of a whole instansi, which has two indices, with the name of its own."""
        report = figures.report
        if report.interval is None:
            return [capital(self.topic.say("figure.no_interval"))]
        low, high = report.interval
        key = "interval" if figures.city is None else "interval_pooled"
        return [self.say(key, low=low, high=high), self.bands(report)]

    def bands(self, report: Report) -> str:
        """That the interval reaches into other bands than the index; "" if it does not."""
        possible = report.mutu_possible
        if not possible:
            return ""
        return self.say("bands", best=possible[0], worst=possible[-1])

    def _sample(self, figures: ReportFigures) -> str:
        report, city = figures.report, figures.city
        if city is not None:
            brief = "_brief" if report.period.kind is PeriodKind.DAY else ""
            return self.say(
                f"sample_city{brief}",
                n=report.responden,
                upp=len(city.whole),
                answered=sum(unit.responden > 0 for unit in city.whole),
                reached=reached_target(city.whole),
            )
        if report.target is None:
            return self.say("sample_brief", n=report.responden)
        key = "sample" if report.population is not None else "sample_unknown"
        return self.say(key, n=report.responden, target=report.target)

    def parts(self, report: Report) -> list[str]:
        """That the period has several questionnaires, and a line for each; none if it has one."""
        if not report.parts:
            return []
        lines = [self.topic.say("figure.beberapa_instrumen")]
        for part, withheld in report.parts:
            if withheld is None:
                key = "part_in_force" if part is report else "part"
                values = {"ikm": part.ikm, "mutu": part.mutu, "n": part.responden}
                lines.append(self.say(key, name=part.instrument, **values))
            else:
                reason = self.topic.say(f"figure.{withheld}")
                lines.append(self.say("part_withheld", name=part.instrument, reason=reason))
        return lines

    def pace(self, figures: ReportFigures) -> list[str]:
        """How many respondents a running period needs yet; one line, or none."""
        today = self.topic.today
        if figures.city is None:
            return self.pace_of(figures.report.pace(today))
        if figures.report.period.is_over(today):
            return []
        return [self.say("pace_city", behind=behind_target(figures.city.whole, today))]

    def pace_of(self, pace: Pace | None) -> list[str]:
        """The same for one unit."""
        if pace is None:
            return []
        if pace.answered >= pace.target:
            return [self.say("pace_reached")]
        if not pace.expected:
            return [self.say("pace_start", per_day=pace.per_day)]
        key = "pace_behind" if pace.answered < pace.expected else "pace"
        return [self.say(key, expected=pace.expected, per_day=pace.per_day)]

    def _frozen(self, revision: Revision | None) -> list[str]:
        """When the period was closed, and the revision if it may be shown."""
        if revision is None:
            return []
        lines = [self.say("closed", day=self.topic.instansi.day_of(revision.closed_at))]
        if revision.is_shown:
            lines.append(self.say("revision", n=revision.late_at_least, ikm=revision.rounded_ikm))
        return lines

    def _with_comments(self, text: str, comments: Sequence[Saran]) -> str:
        """The text with as many comments as a caption holds."""
        if not comments:
            return text
        lines = [self.comment(saran, QUOTED) for saran in comments]
        return fitted(joined(text, "", self.say("newest")), lines, CAPTION, otherwise=text)

    # --- buttons, which carry commands as they would be typed ------------------------------------

    def button(self, label: str, command: str, period: Period) -> Choice:
        return Choice(self.say(f"button_{label}"), f"/{command} {self.topic.subject.code} {period}")

    def previous(self, command: str) -> tuple[Choice, ...]:
        """The same command for the period before."""
        return (self.button("previous", command, self.topic.subject.period.previous()),)

    def previous_and_full(self, command: str) -> Rows:
        full = self.button("full", "report", self.topic.subject.period)
        return ((*self.previous(command), full),)

    def _related(self, has_units_below: bool, forms: Sequence[str]) -> Rows:
        subject = self.topic.subject
        lists = [self.button("comments", "komentar", subject.period)]
        if subject.upp:
            lists.append(self.button("layanan", "layanan", subject.period))
        if has_units_below:
            lists.append(self.button("ranking", "peringkat", subject.period))
        files = [
            Choice(form.upper(), f"/report {subject.code} {subject.period} {form}")
            for form in forms
        ]
        first = (*self.previous("report"), self.button("compare", "banding", subject.period))
        return (first, tuple(lists), *((tuple(files),) if files else ()))


def change_of(report: Report, before: Report) -> Comparison:
    """The change since the period before; none if the earlier figures are withheld."""
    if before.is_withheld:
        return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.TOO_FEW)
    return replace(report.change_since(before), interval=None)
