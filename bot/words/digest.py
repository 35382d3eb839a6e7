"""Words a digest: the figures first, then what to look at, as much as a caption holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.messaging.message import Attachment, Choice, Outbound
from bot.messaging.text_length import CAPTION, fitting, joined
from bot.request.figures import ReportFigures
from bot.request.request import Topic
from bot.words.follow_up import FollowUpWording
from bot.words.names import period_words, title
from bot.words.period import capital
from bot.words.report import ReportWording, change_of
from bot.words.submission import SubmissionWording
from skm.figures.compare import Change, Comparison, believed
from skm.figures.instansi import behind_target, reached_target
from skm.instansi.upp import Upp
from skm.notices.digest import Digest, ReportsDue
from skm.quality.break_offs import BreakOffs
from skm.submissions.deadline import is_late
from skm.submissions.standing import counts

NAMED = 3  # units without responses that are named
QUOTED = 120  # characters of a comment

_INDEX, _ASSISTED, _TENDENCY = "index", "assisted", "tendency"


@dataclass(frozen=True)
class DigestWording:
    """Words a digest in the language of its official."""

    topic: Topic
    digest: Digest

    @property
    def report(self) -> ReportWording:
        return ReportWording(self.topic)

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"digest.{key}", **values)

    def message(
        self, figures: ReportFigures, late: datetime | None, chart: Attachment | None
    ) -> Outbound:
        """The whole message. `late`: when it was due, if that is long ago."""
        head = self.say("title", about=title(self.topic))
        due = self.say("late", due=late.date(), at=late.strftime("%H.%M")) if late else ""
        lines = [head, due, *self._figures(figures)]
        assisted = self._changes(figures).get(_ASSISTED)
        for section in (list(self._notes(assisted)), self._comments()):
            lines += ["", *section] if section else []
        subject = self.topic.subject
        row = (
            Choice(self.say("open"), f"/report {subject}"),
            Choice(self.say("all_comments"), f"/komentar {subject}"),
        )
        text = joined(*fitting(lines, CAPTION))
        return self.topic.message(text, (row,), chart)

    def _figures(self, figures: ReportFigures) -> list[str]:
        report = figures.report
        if report.responden == 0:
            return [self.say("none"), *self._running()]
        follow_ups = FollowUpWording(self.topic).outcome(figures.follow_ups)
        changes = self._changes(figures)
        lines = self.report.figures(figures, changes[_INDEX])
        lines += [*self._tendency(changes), *self._running()]
        return [*lines, *self.report.priorities(report), *follow_ups]

    def _running(self) -> list[str]:
        """How far the running quarter is from its target; one line, or none."""
        if not self.digest.running:
            return []
        first, today = self.digest.running[0], self.topic.today
        period = capital(period_words(self.topic, first.period))
        if self.topic.subject.upp is None:
            reached = reached_target(self.digest.running)
            behind = behind_target(self.digest.running, today)
            upp = len(self.digest.running)
            return [
                self.say("running_city", period=period, reached=reached, upp=upp, behind=behind)
            ]
        pace = first.pace(today)
        if pace is None:
            return []
        n = self.topic.say("figure.small") if first.is_withheld else first.responden
        said = self.say("running", period=period, n=n, target=pace.target)
        return [" ".join([said, *self.report.pace_of(pace)])]

    def _tendency(self, changes: Mapping[str, Comparison]) -> list[str]:
        found = self.digest.tendency
        if found is None:
            return []
        return self.report.tendency(replace(found, step=changes[_TENDENCY]))

    def _changes(self, figures: ReportFigures) -> Mapping[str, Comparison]:
        """Every difference that the digest may name, looked at together."""
        found = {_INDEX: change_of(figures.report, figures.before)}
        if self.digest.odd.assisted:
            found[_ASSISTED] = self.digest.odd.assisted
        if self.digest.tendency:
            found[_TENDENCY] = self.digest.tendency.step
        return believed(found)

    def _notes(self, assisted: Comparison | None) -> Iterable[str]:
        """One line each, the most urgent first."""
        digest, odd = self.digest, self.digest.odd
        if digest.alerts:
            yield self.say("alerts", count=digest.alerts)
        if digest.silent and (self.topic.subject.upp is None or len(digest.silent) > 1):
            yield self._silent(digest.silent)
        if digest.due and digest.due.rows:
            yield self._due(digest.due)
        if digest.break_offs:
            yield self._break_offs(digest.break_offs)
        yield from self.report.flagged(odd)
        if assisted and assisted.is_change:
            yield self._assisted(assisted)

    def _comments(self) -> list[str]:
        digest = self.digest
        if not digest.commented or not digest.report.is_shown:
            return []
        comments = (self.report.comment(saran, QUOTED) for saran in digest.saran)
        return [self.say("comments", count=digest.commented), *comments]

    def _silent(self, units: Sequence[Upp]) -> str:
        names = ", ".join(unit.name for unit in units[:NAMED])
        if len(units) <= NAMED:
            return self.say("silent", names=names)
        return self.say("silent_more", names=names, count=len(units) - NAMED)

    def _due(self, due: ReportsDue) -> str:
        """How far the reports of the last quarter are."""
        words, number = SubmissionWording(self.topic), counts(due.rows)
        late = number["missing"] and is_late(due.deadline, self.topic.today)
        deadline = words.say("deadline_past" if late else "deadline", day=due.deadline)
        period = period_words(self.topic, due.period)
        if len(due.rows) == 1:
            state = words.say(due.rows[0].state.value)
            return words.say("digest", period=period, state=state, deadline=deadline)
        return words.say(
            "digest_city",
            period=period,
            missing=number["missing"],
            total=len(due.rows),
            check=number["to_check"],
            deadline=deadline,
        )

    def _break_offs(self, found: BreakOffs) -> str:
        short = self.topic.instansi.catalog.table(self.topic.language, "unsur_short")
        return self.say("break_offs", count=found.total, unsur=short.get(found.most, found.most))

    def _assisted(self, change: Comparison) -> str:
        """Answers given with help differ significantly from the others."""
        low, high = change.interval or (Decimal(), Decimal())
        key = "assisted_higher" if change.change is Change.NAIK else "assisted_lower"
        return self.say(key, by=abs(change.difference or Decimal()), low=low, high=high)
