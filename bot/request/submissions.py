"""What is shown of a unit's report before it is handed in or decided about, and what a command says
about it: the same for the chat and the pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.request.arguments import unit_and_period
from bot.request.instansi import Instansi
from bot.request.request import Subject
from skm.figures.report import Report
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.find_upp import folded
from skm.instansi.official import Official
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.store.figures import reports
from skm.store.periods import follow_ups, report_deadlines, submissions
from skm.store.survey import upps
from skm.submissions.deadline import is_late, reported_period
from skm.submissions.rules import is_unplanned, may_step
from skm.submissions.submission import (
    MISSING,
    Submission,
    SubmissionAct,
    SubmissionState,
    SubmissionStep,
)

_WORD = re.compile(r"\S+")
OFFERED = (
    SubmissionAct.WRITE, SubmissionAct.HAND_IN, SubmissionAct.ACCEPT, SubmissionAct.RETURN,
)  # fmt: skip


@dataclass(frozen=True)
class SubmissionView:
    """A unit's report of a period with what belongs to it. `deadline`: its last day in time.

    `plans`: the follow-ups that it contains. `lineage`: the unit's, its own code first.
    """

    unit: Upp
    lineage: Sequence[str]
    submission: Submission
    report: Report
    plans: Sequence[TindakLanjut]
    steps: Sequence[SubmissionStep]
    deadline: date

    @property
    def planned(self) -> int:
        """How many follow-ups have a plan."""
        return sum(not is_unplanned(item) for item in self.plans)

    @property
    def returned(self) -> SubmissionStep | None:
        """The return that has not been answered yet."""
        if self.submission.state is not SubmissionState.RETURNED:
            return None
        return next(one for one in reversed(self.steps) if one.act is SubmissionAct.RETURN)

    def is_late(self, today: date) -> bool:
        """Whether it is missing although its deadline is past."""
        return self.submission.state in MISSING and is_late(self.deadline, today)

    def offered(self, official: Official) -> list[SubmissionAct]:
        """The steps that the official may take now."""
        own = self.submission.handed_in_by == official.id
        decisions = (SubmissionAct.ACCEPT, SubmissionAct.RETURN)
        return [
            act
            for act in OFFERED
            if self.submission.allows(act)
            and may_step(official, act, self.lineage)
            and not (own and act in decisions)
        ]


async def read_submission(
    conn: AsyncConnection, instansi: Instansi, unit: Upp, period: Period
) -> SubmissionView:
    report = await reports.of(conn, unit, period)
    return SubmissionView(
        unit,
        await upps.lineage(conn, unit.code),
        await submissions.of(conn, unit.code, period),
        report,
        await follow_ups.of_report(conn, unit, report),
        await submissions.steps(conn, unit.code, period),
        await report_deadlines.of(conn, period, instansi.report_days),
    )


async def reported(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """A unit and the newest period whose report can be handed in. `rest`: the meaning of a verb of
    [typed.submission] and the words after it, as they were typed. Raises Unclear.
    """
    verbs = instansi.catalog.vocabulary.meanings("submission")
    words = list(_WORD.finditer(argument))
    verb = next((word for word in words if folded(word[0]) in verbs), None)
    head = argument[: verb.start()] if verb else argument
    rest = f"{verbs[folded(verb[0])]}{argument[verb.end() :]}" if verb else ""
    subject = await unit_and_period(conn, instansi, official, head)
    period = reported_period(subject.period, instansi.today)
    current = Period.of(PeriodKind.QUARTER, instansi.today)  # is meant where none is typed
    typed = subject.period not in (period, current)
    unfinished = subject.period if typed else None
    return replace(subject, period=period, form="", rest=rest, unfinished=unfinished)
