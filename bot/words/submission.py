"""Words the report that a unit hands in: its state, what it holds, what can be done with it.

Buttons carry the command as it would be typed, "/serah PAJANG 2026-Q3 hand_in v2"; the number is
the version that was seen, so that an old button decides about nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messaging.message import Choice, Outbound
from bot.messaging.text_length import TEXT, clipped, fitted, joined, whole_lines
from bot.request.request import Topic
from bot.request.submissions import SubmissionView
from bot.words.names import title
from bot.words.period import capital, in_words
from bot.words.report import ReportWording
from skm.submissions.rules import LONGEST_ANALYSIS, LONGEST_NOTE
from skm.submissions.standing import Standing, chosen, counts
from skm.submissions.submission import SubmissionAct, SubmissionError, SubmissionStep

OPENED = 8  # units of a list with a button
ROOM = 2600  # units of a message for the analysis
COMMAND = "/serah"


@dataclass(frozen=True)
class SubmissionWording:
    """In the reader's language."""

    topic: Topic

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"submission.{key}", **values)

    # --- whole messages --------------------------------------------------------------------------

    def view(
        self, view: SubmissionView, offered: Sequence[SubmissionAct], note: str = ""
    ) -> Outbound:
        """The report of a unit. `offered`: the steps with a button. `note`: what was just done."""
        lines = [
            *([note, ""] if note else []),
            *self.heading(),
            *self.state(view),
            *self.content(view),
            *self.analysis(view),
        ]
        version = view.submission.version
        steps = [(self._button(f"button_{act}", f"{act} v{version}"),) for act in offered]
        about = f"{view.unit.code} {self.topic.subject.period}"
        more = (
            Choice(self.say("button_report"), f"/report {about}"),
            Choice(self.say("button_plans"), f"/tl {about}"),
        )
        text = whole_lines(joined(*lines), TEXT)
        return self.topic.message(text, (*steps, more, (self._previous(),)))

    def ask(self, act: SubmissionAct, note: str = "") -> Outbound:
        """What is to be typed next: the analysis, or the note of a return."""
        most = LONGEST_ANALYSIS if act is SubmissionAct.WRITE else LONGEST_NOTE
        text = self.say(f"ask_{act}", about=title(self.topic), most=most)
        cancel = (self._button("button_cancel", "cancel"),)
        return self.topic.message(joined(*([note, ""] if note else []), text), (cancel,))

    def listed(self, rows: Sequence[Standing], name: str, deadline: str) -> Outbound:
        """The units that owe a report: those of a filter, or all with their states.

        `deadline`: a line about it.
        """
        found = chosen(rows, name)
        number = counts(rows)
        head = joined(
            *self.heading(),
            deadline,
            self.say("of", found=len(found), total=len(rows), what=self.filter_name(name)),
        )
        lines = [
            self.say("row", name=row.unit.name, state=self.say(row.state.value)) for row in found
        ]
        period = self.topic.subject.period
        buttons = [
            (Choice(row.unit.name, f"{COMMAND} {row.unit.code} {period}"),)
            for row in found[:OPENED]
        ]
        filters = [
            (self._button("button_filter", f"list {key}", what=self.filter_name(key), n=n),)
            for key, n in number.items()
            if key != name and n
        ]
        text = fitted(head, lines, TEXT)
        return self.topic.message(text, (*buttons, *filters, (self._previous(),)))

    # --- lines -----------------------------------------------------------------------------------

    def heading(self) -> list[str]:
        asked = self.topic.subject.unfinished
        if asked is None:
            return [self.say("title", about=title(self.topic))]
        period = in_words(self.topic.instansi.catalog, self.topic.language, asked)
        wrong = self.topic.say("tindak_lanjut.unfinished", asked=period)
        return [self.say("title", about=title(self.topic)), capital(wrong)]

    def state(self, view: SubmissionView) -> list[str]:
        """How far the report is, its deadline, and why it was returned."""
        lines = [
            self.say("state", state=self.say(view.submission.state.value)),
            self.deadline(view),
        ]
        if back := view.returned:
            lines.append(self.step(back))
        return lines

    def deadline(self, view: SubmissionView) -> str:
        key = "deadline_late" if view.is_late(self.topic.today) else "deadline"
        return self.say(key, day=view.deadline)

    def content(self, view: SubmissionView) -> list[str]:
        """The figures as the document has them, and how much is planned."""
        report, words = view.report, ReportWording(self.topic)
        figures = words.no_figures(report)
        if report.is_shown:
            band = self.topic.say(f"mutu.{report.mutu}")
            values = {"ikm": report.ikm, "mutu": report.mutu, "kinerja": band}
            figures = self.say("figures", n=report.responden, **values)
        plans = self.say("plans_none")
        if view.plans:
            plans = self.say("plans", done=view.planned, all=len(view.plans))
        return ["", figures, plans]

    def analysis(self, view: SubmissionView) -> list[str]:
        written = view.submission.analysis
        if not written:
            return [self.say("analysis_none")]
        return [self.say("analysis"), clipped(written, ROOM)]

    def step(self, step: SubmissionStep) -> str:
        """ "Dikembalikan oleh Budi, 12 Oktober 2026: Sebut penyebabnya."."""
        instansi = self.topic.instansi
        who = step.name
        if not who and step.official is None:
            who = self.topic.say("official.operator")
        who = who or self.topic.say("official.unnamed", id=str(step.official))
        day = instansi.day_of(step.at)
        done = self.say(f"did_{step.act}", name=who, day=day)
        note = step.act is SubmissionAct.RETURN
        return self.say("step_with", done=done, words=step.words) if note else done

    def refusal(self, error: SubmissionError) -> str:
        """Why a step was not taken, and what to do first."""
        name = error.refusal.name.lower()
        return self.say(f"no_{name}", analysis=LONGEST_ANALYSIS, note=LONGEST_NOTE)

    def filter_name(self, name: str) -> str:
        return self.say(f"filter_{name}" if name else "filter_all")

    # --- buttons ---------------------------------------------------------------------------------

    def open(self) -> Choice:
        """A button that shows the report of this unit and period, or who stands where."""
        return Choice(self.topic.name, f"{COMMAND} {self._about}")

    def _button(self, key: str, rest: str, **values: object) -> Choice:
        return Choice(self.say(key, **values), f"{COMMAND} {self._about} {rest}")

    def _previous(self) -> Choice:
        before = self.topic.subject.period.previous()
        label = self.topic.say("report.button_previous")
        return Choice(label, f"{COMMAND} {self.topic.subject.code} {before}")

    @property
    def _about(self) -> str:
        return f"{self.topic.subject.code} {self.topic.subject.period}"
