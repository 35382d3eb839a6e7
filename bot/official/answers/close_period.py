"""`/tutup PERIOD [REMARK]`: freezes the figures of a period, once its question was confirmed."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound, Replies
from bot.request.request import Request
from bot.words.names import period_words
from bot.words.period import capital
from bot.words.report import ReportWording
from skm.closing.frozen import ClosingError, ClosingRefusal, Head
from skm.errors import PeriodError
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.figures import flags, reports
from skm.store.figures.flags import FlagRules
from skm.store.officials import audit_log, confirmations
from skm.store.periods import closings, submissions
from skm.store.periods.archives import Questionnaires
from skm.submissions.standing import counts
from skm.survey.inert_text import inert

COMPARED = 16  # characters of the SHA-256 that people compare
NAMED = 10  # units without a report
SHORTEST = 10  # characters of a remark: more than "ya" or "sudah"


async def answer(request: Request, *, questionnaires: Questionnaires, rules: FlagRules) -> Replies:
    """Asks whether to close the period, or closes it if the code of that question came; without a
    period lists the closed ones. `questionnaires`: by instrument version, to be kept with the
    figures. `rules`: by which responses are flagged; where some are, the admin has to say in words
    what was made of them: "/tutup 2026-Q3 sudah diperiksa bersama loket".
    """
    typed, code = confirmations.without_code(request.subject.rest)
    if not typed:
        return await _list(request)
    first, _, remark = typed.partition(" ")
    try:
        period = Period.parse(first)
    except PeriodError:
        return request.reply("closing.no_period", said=typed[:60])
    close = Close(request, period, inert(remark.strip()), questionnaires, rules)
    try:
        return await request.db.write(lambda conn: close.asked_or_done(conn, code))
    except ClosingError as error:
        return (request.topic.message(_refusal(request, period, error)),)


@dataclass(frozen=True)
class Close:
    """One request to close a period. `remark`: about the flagged responses, "" without one."""

    request: Request
    period: Period
    remark: str
    questionnaires: Questionnaires
    rules: FlagRules

    async def asked_or_done(self, conn: AsyncConnection, code: str) -> Replies:
        """Freezes the period together with its entry in the audit log, or asks first. Raises
        ClosingError.
        """
        request, now = self.request, self.request.now
        remark = await confirmations.confirmed(conn, request.person, self._command, code, now)
        flagged = await flags.count(conn, self.rules, self.period)
        if remark is None or (flagged and not remark):
            return (await self._question(conn, flagged, again=bool(code)),)
        by = request.official.id
        head = await closings.close(
            conn, self.period, request.today, now, by, self.questionnaires, flagged, remark
        )
        about = f"{self.period} flagged {flagged}: {remark}" if flagged else str(self.period)
        await audit_log.add(conn, by, AuditEvent.CLOSED, about, now)
        return (request.topic.message(_line(request, head)),)

    async def _question(self, conn: AsyncConnection, flagged: int, *, again: bool) -> Outbound:
        """What would be frozen, with the button that does it. `again`: an earlier code was refused.
        Raises ClosingError.
        """
        request, say = self.request, self.request.say
        await closings.check(conn, self.period, request.today)
        found = await reports.of_instansi(conn, self.period)
        lines = [
            *([say("confirmation.over")] if again else []),
            say("closing.sure", period=period_words(request.topic, self.period)),
            *self._figures(found),
            *await self._flagged(conn, flagged, found.gabungan),
            *await self._reports(conn),
        ]
        if flagged and len(self.remark) < SHORTEST:
            lines.append(say("closing.flagged_say", command=self._command))
            return request.topic.message("\n".join(lines))
        if flagged:
            lines.append(say("closing.flagged_said", remark=self.remark))
        words = self.remark if flagged else ""
        data = await confirmations.ask(conn, request.person, self._command, request.now, words)
        return request.topic.message("\n".join(lines), ((Choice(say("closing.yes"), data),),))

    def _figures(self, found: InstansiReport) -> list[str]:
        if not found.gabungan.is_shown:
            return []
        figures = self.request.say(
            "closing.figures",
            n=found.gabungan.responden,
            upp=len(found.terukur),
            mean=found.rerata_upp,
            pooled=found.gabungan.ikm,
        )
        return [figures]

    async def _flagged(self, conn: AsyncConnection, flagged: int, report: Report) -> list[str]:
        """How many are flagged, and the index without them where it may be shown."""
        if not flagged:
            return []
        odd = await flags.of(conn, self.rules, report, None)
        return ReportWording(self.request.topic).flagged(odd, flagged)

    async def _reports(self, conn: AsyncConnection) -> list[str]:
        """Which units have not handed in their reports, and how many are not checked."""
        missing = await submissions.missing(conn, self.period)
        rows = await submissions.standings(conn, None, self.period)
        check = counts(rows)["to_check"]
        lines = [self.request.say("submission.closing_check", n=check)] if check else []
        if missing:
            names = ", ".join(row.unit.name for row in missing[:NAMED])
            if len(missing) > NAMED:
                names = f"{names}, …"
            values = {"found": len(missing), "total": len(rows), "names": names}
            lines.append(self.request.say("submission.closing_missing", **values))
        return lines

    @property
    def _command(self) -> str:
        return f"/tutup {self.period}"


async def _list(request: Request) -> Replies:
    heads = await request.db.read(closings.listed)
    if not heads:
        return request.reply("closing.none")
    return (request.topic.message("\n".join(_line(request, head) for head in heads)),)


def _line(request: Request, head: Head) -> str:
    line = request.say(
        "closing.closed",
        period=period_words(request.topic, head.period),
        day=request.instansi.day_of(head.closed_at),
        sha256=head.sha256[:COMPARED],
    )
    return capital(line)


def _refusal(request: Request, period: Period, error: ClosingError) -> str:
    closed = error.refusal is ClosingRefusal.CLOSED
    key = "closed_already" if closed else error.refusal.name.lower()
    return capital(request.say(f"closing.{key}", period=period_words(request.topic, period)))
