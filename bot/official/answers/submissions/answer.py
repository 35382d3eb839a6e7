"""`/serah`: shows the report of a unit and period, or where all units stand, and takes steps.

"/serah PAJANG 2026-Q3" shows it, "… tulis" asks for the analysis, "… serahkan" hands it in,
"… terima" accepts and "… kembalikan" returns it; "/serah kota" lists all units, "… tenggat DAY"
sets the deadline of the period. Buttons add the version that was seen ("v3"); what an official
types after a question belongs to their draft, and the inbox passes it on.
"""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Replies
from bot.official.answers.submissions import standings
from bot.request.request import Request
from bot.request.submissions import OFFERED, read_submission
from bot.words.submission import SubmissionWording
from skm.follow_up.draft import Draft
from skm.instansi.official import AuditEvent
from skm.instansi.upp import Upp
from skm.store.officials import audit_log
from skm.store.periods import drafts, submissions
from skm.store.survey import upps
from skm.submissions.rules import Attempt, may_step
from skm.submissions.submission import SubmissionAct, SubmissionError, SubmissionRefusal

LIST, DEADLINE = "list", "deadline"
_SEEN = re.compile(r"\s*v(\d{1,6})(?:\s+|$)")
_WITH_WORDS = frozenset({SubmissionAct.WRITE, SubmissionAct.RETURN})


async def answer(request: Request) -> Replies:
    """Shows a report or a list, or takes the step that the verb names."""
    verb, _, rest = request.subject.rest.partition(" ")
    verb, *lines = verb.split("\n", 1)
    rest = "\n".join([*lines, rest]) if lines else rest
    unit = request.subject.upp
    if verb == DEADLINE:
        return await standings.set_deadline(request, rest)
    if unit is None or verb == LIST:
        return await standings.listed(request, rest.strip())
    if verb in OFFERED:
        act = SubmissionAct(verb)
        return await request.db.write(lambda conn: _act(conn, request, unit, act, rest))
    return await request.db.write(lambda conn: _shown(conn, request, unit))


async def _act(
    conn: AsyncConnection, request: Request, unit: Upp, act: SubmissionAct, typed: str
) -> Replies:
    """Takes the step; asks for its words where there are none, and shows the report instead of an
    unseen one being handed in or accepted.
    """
    lineage = await upps.lineage(conn, unit.code)
    if not may_step(request.official, act, lineage):
        about = f"/serah {request.subject} {act}"
        await audit_log.add(conn, request.official.id, AuditEvent.REFUSED, about, request.now)
        return request.reply("command.refused")
    found = _SEEN.match(typed)
    seen, words = (int(found[1]), typed[found.end() :]) if found else (None, typed)
    if act in _WITH_WORDS and not words.strip():
        return await _asked(conn, request, unit, act, seen)
    if seen is None and act not in _WITH_WORDS:
        return await _shown(conn, request, unit)
    now = await submissions.of(conn, unit.code, request.subject.period)
    attempt = Attempt(act, now.version if seen is None else seen, words)
    return await _take(conn, request, unit, attempt)


async def _take(conn: AsyncConnection, request: Request, unit: Upp, attempt: Attempt) -> Replies:
    wording, period = SubmissionWording(request.topic), request.subject.period
    try:
        await submissions.take(
            conn, request.official.id, unit, period, attempt, request.today, request.now
        )
    except SubmissionError as error:
        said = wording.refusal(error)
        if error.refusal is SubmissionRefusal.TOO_LONG:  # the draft stays open
            return (wording.ask(attempt.act, said),)
        return await _shown(conn, request, unit, said)
    return await _shown(conn, request, unit, wording.say(f"done_{attempt.act}"))


async def _asked(
    conn: AsyncConnection, request: Request, unit: Upp, act: SubmissionAct, seen: int | None
) -> Replies:
    """Opens a draft for the words of a step that can be taken now."""
    period = request.subject.period
    now = await submissions.of(conn, unit.code, period)
    if not now.allows(act):
        error = SubmissionError(SubmissionRefusal.NOT_NOW)
        return await _shown(conn, request, unit, SubmissionWording(request.topic).refusal(error))
    version = now.version if seen is None else seen
    about = f"{unit.code} {period} {act} v{version}"
    await drafts.keep(conn, Draft(request.official.id, about), request.now)
    return (SubmissionWording(request.topic).ask(act),)


async def _shown(conn: AsyncConnection, request: Request, unit: Upp, note: str = "") -> Replies:
    """The report; an open draft ends."""
    await drafts.drop(conn, request.official.id)
    view = await read_submission(conn, request.instansi, unit, request.subject.period)
    offered = view.offered(request.official)
    return (SubmissionWording(request.topic).view(view, offered, note),)
