"""Where all units below stand with their reports, and until when these are due."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Replies
from bot.request.request import Request
from bot.words.submission import SubmissionWording
from skm.instansi.official import Action, AuditEvent, may
from skm.instansi.typed_period import last_day
from skm.store.officials import audit_log
from skm.store.periods import report_deadlines, submissions


async def listed(request: Request, name: str, note: str = "") -> Replies:
    """The units that owe a report, of one filter (see skm/submissions/standing.py) or all."""
    unit, period = request.subject.upp, request.subject.period
    code = unit.code if unit else None

    async def read(conn: AsyncConnection) -> Replies:
        rows = await submissions.standings(conn, code, period)
        wording = SubmissionWording(request.topic)
        day = await report_deadlines.of(conn, period, request.instansi.report_days)
        head = wording.say("deadline", day=day)
        return (wording.listed(rows, name, f"{note}\n{head}".strip()),)

    return await request.db.read(read)


async def set_deadline(request: Request, typed: str) -> Replies:
    """Sets the last day for all reports of the period, which an admin of the instansi may."""
    if not may(request.official, Action.REVIEW, ()):
        about = f"/serah {request.subject} deadline"
        who, now = request.official.id, request.now
        await request.db.write(
            lambda conn: audit_log.add(conn, who, AuditEvent.REFUSED, about, now)
        )
        return request.reply("command.refused")
    period = request.subject.period
    day = last_day(typed.strip(), request.vocabulary.periods, request.today) if typed else None
    if day is None or day < period.end:
        return request.reply("submission.no_day")
    new, days = day, request.instansi.report_days
    await request.db.write(
        lambda conn: report_deadlines.put(conn, request.official.id, period, new, days, request.now)
    )
    return request.reply("submission.deadline_set", day=new)
