"""The page of a unit's report: the officer writes and hands in, the office accepts or returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.request.arguments import subject_of
from bot.request.figures import ReportFigures, read_figures
from bot.request.request import Topic
from bot.request.submissions import OFFERED, SubmissionView, read_submission
from bot.web.workplace.access import Denied, SignedIn, Workplace, back_to
from bot.web.workplace.overview import Overview
from bot.web.workplace.standings import PATH, offered_periods
from bot.words.report import ReportWording
from bot.words.submission import SubmissionWording
from skm.instansi.official import Action
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.periods import submissions
from skm.store.survey import upps
from skm.submissions.deadline import reported_period
from skm.submissions.rules import LONGEST_ANALYSIS, LONGEST_NOTE, Attempt, cleaned, may_step
from skm.submissions.submission import (
    Submission,
    SubmissionAct,
    SubmissionError,
    SubmissionRefusal,
)


@dataclass(frozen=True)
class SentForm:
    """What a form sent: the step, the version that was seen, the analysis and the note."""

    act: SubmissionAct
    seen: int
    analysis: str
    note: str

    @classmethod
    def of(cls, sent: FormData) -> "SentForm":
        """Raises HTTPException 400 for a form that is not ours."""
        act, seen = str(sent.get("act", "")), str(sent.get("seen", ""))
        if act not in OFFERED or not (seen.isascii() and seen.isdecimal() and len(seen) < 7):
            raise HTTPException(400)
        words = (cleaned(str(sent.get(name, ""))) for name in ("analysis", "note"))
        return cls(SubmissionAct(act), int(seen), *words)


@dataclass(frozen=True)
class SubmissionPages:
    workplace: Workplace
    overview: Overview

    def routes(self) -> list[Route]:
        answer = self.workplace.page_of(self.handle)
        return [Route(f"{PATH}/{{code}}", answer, methods=["GET", "POST"])]

    async def handle(self, visit: SignedIn) -> Response:
        return await (self.take(visit) if visit.request.method == "POST" else self.show(visit))

    async def show(self, visit: SignedIn) -> Response:
        """The report of a unit with the forms for what the official may do."""
        unit, period = await self._asked(visit, Action.READ)
        return await self._page(visit, unit, period)

    async def take(self, visit: SignedIn) -> Response:
        """POST: takes a step, or shows why it was not taken with what was typed."""
        sent = await self.workplace.form(visit)
        unit, period = await self._asked(visit, Action.READ)
        typed = SentForm.of(sent)
        lineage = await self.workplace.db.read(lambda conn: upps.lineage(conn, unit.code))
        if not may_step(visit.official, typed.act, lineage):
            raise Denied
        try:
            await self._take(visit, unit, period, typed)
        except SubmissionError as error:
            if error.refusal is SubmissionRefusal.NOT_ALLOWED:
                raise Denied from None
            return await self._page(visit, unit, period, typed, error)
        return back_to(f"{PATH}/{unit.code}?periode={period}")

    async def _take(self, visit: SignedIn, unit: Upp, period: Period, typed: SentForm) -> None:
        """An analysis is saved first, so that it stays if the report cannot be handed in yet."""
        seen = typed.seen
        if typed.act is SubmissionAct.HAND_IN:
            now = await self.workplace.db.read(lambda conn: submissions.of(conn, unit.code, period))
            if typed.analysis != now.analysis:
                write = Attempt(SubmissionAct.WRITE, seen, typed.analysis)
                seen = (await self._attempt(visit, unit, period, write)).version
        words = typed.note if typed.act is SubmissionAct.RETURN else typed.analysis
        await self._attempt(visit, unit, period, Attempt(typed.act, seen, words))

    async def _attempt(
        self, visit: SignedIn, unit: Upp, period: Period, attempt: Attempt
    ) -> Submission:
        instansi, who = self.workplace.instansi, visit.official.id
        return await self.workplace.db.write(
            lambda conn: submissions.take(
                conn, who, unit, period, attempt, instansi.today, instansi.now()
            )
        )

    async def _asked(self, visit: SignedIn, action: Action) -> tuple[Upp, Period]:
        """The unit and period of the address; HTTPException 404 for others, or Denied."""
        code = visit.request.path_params["code"].upper()
        period = self.overview.period_of(visit.request)

        async def read(conn: AsyncConnection) -> tuple[Upp | None, Sequence[str]]:
            return await upps.by_code(conn, code), await upps.lineage(conn, code)

        unit, lineage = await self.workplace.db.read(read)
        if unit is None:
            raise HTTPException(404)
        self.workplace.check(visit, action, lineage)
        return unit, reported_period(period, self.workplace.instansi.today)

    async def _page(
        self,
        visit: SignedIn,
        unit: Upp,
        period: Period,
        typed: SentForm | None = None,
        error: SubmissionError | None = None,
    ) -> Response:
        instansi = self.workplace.instansi

        async def read(conn: AsyncConnection) -> tuple[SubmissionView, ReportFigures, Topic]:
            subject = await subject_of(conn, unit, period)
            return (
                await read_submission(conn, instansi, unit, period),
                await read_figures(conn, subject, (), self.overview.rules),
                Topic(instansi, visit.official.language, subject),
            )

        view, figures, topic = await self.workplace.db.read(read)
        words = SubmissionWording(topic)
        refusal: dict[str, Any] = {"wrong": words.refusal(error) if error else ""}
        offered = view.offered(visit.official)
        keeps = typed is not None and typed.act not in (SubmissionAct.RETURN, SubmissionAct.ACCEPT)
        return self.workplace.page(
            visit,
            "workplace/submission",
            422 if error else 200,
            period=period,
            choices=offered_periods(period, instansi.today),
            view=view,
            figures=figures,
            report_words=ReportWording(topic),
            words=words,
            offered=[act.value for act in offered],
            analysis=typed.analysis if typed and keeps else view.submission.analysis,
            note=typed.note if typed else "",
            most={"analysis": LONGEST_ANALYSIS, "note": LONGEST_NOTE},
            **refusal,
        )
