"""`/siaga`: lists the alerts and acts on one.

Buttons carry "/siaga 12 terima" (take it on), "… besok" (remind tomorrow), "… alihkan" (hand it
over), "… kepada 5" (to official 5) and "… buka" (reopen it). Those who may only read see the alerts
and act on none.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound, Replies
from bot.request.request import Request
from bot.words.alert import message, sentence
from bot.words.names import official_name
from skm.instansi.official import ALLOWED, Action, AuditEvent, Official, may
from skm.notices.alert import Raised, remind_at
from skm.store.officials import alerts, audit_log, officials
from skm.store.survey import upps

NEWEST = 5  # alerts in a list
OTHERS = 20  # officials to hand an alert to
LOOK_BACK = timedelta(days=30)  # how long a taken alert is listed


async def answer(request: Request) -> Replies:
    """`/siaga` lists the alerts, `/siaga ID VERB [OFFICIAL]` acts on one."""
    words = request.subject.rest.split()
    if not words:
        return await request.db.read(lambda conn: _list(conn, request))
    if not words[0].isdecimal():
        return request.reply("alert.unknown")
    verb = " ".join(words[1:])
    return await request.db.write(lambda conn: _act(conn, request, int(words[0][:9]), verb))


async def _list(conn: AsyncConnection, request: Request) -> Replies:
    """Each open alert, then the ones that were taken lately in one message."""
    unit = request.official.upp
    newest = (await alerts.open_below(conn, unit))[:NEWEST]
    shown = [await _message(conn, request, raised) for raised in newest]
    taken = (await alerts.taken_below(conn, unit, request.now - LOOK_BACK))[:NEWEST]
    replies = tuple(shown) or request.reply("alert.none_open")
    return (*replies, await _taken(conn, request, taken)) if taken else replies


async def _message(conn: AsyncConnection, request: Request, raised: Raised) -> Outbound:
    unit = await request.instansi.unit_name(conn, raised.alert.upp)
    return message(request.instansi, request.official, raised, unit)


async def _taken(conn: AsyncConnection, request: Request, taken: Sequence[Raised]) -> Outbound:
    """A line for each, with a button that opens it again."""
    names = await _names(conn, request)
    lines = [request.say("alert.taken_list")]
    for one in taken:
        unit = await request.instansi.unit_name(conn, one.alert.upp)
        about = sentence(request.instansi, request.language, one, unit)
        name = names.get(one.official or 0, "–")
        lines.append(request.say("alert.taken_line", id=str(one.id), about=about, name=name))
    rows = tuple((_reopen(request, one),) for one in taken)
    able = Action.FOLLOW_UP in ALLOWED[request.official.role]
    return request.topic.message("\n".join(lines), rows if able else ())


def _reopen(request: Request, raised: Raised) -> Choice:
    label = request.say("alert.reopen", id=str(raised.id))
    return Choice(label, f"/siaga {raised.id} buka")


async def _names(conn: AsyncConnection, request: Request) -> Mapping[int, str]:
    return {one.id: _name(request, one) for one in await officials.listed(conn)}


async def _act(conn: AsyncConnection, request: Request, alert: int, verb: str) -> Replies:
    raised = await alerts.by_id(conn, alert)
    lineage = await upps.lineage(conn, raised.alert.upp) if raised else []
    if raised is None or not may(request.official, Action.READ, lineage):
        return request.reply("alert.unknown")
    if not may(request.official, Action.FOLLOW_UP, lineage):
        await _record(conn, request, AuditEvent.REFUSED, f"/siaga {alert} {verb}"[:60].strip())
        return request.reply("command.refused")
    if verb == "buka":
        return await _reopened(conn, request, raised)
    if raised.acknowledged_at:
        name = (await _names(conn, request)).get(raised.official or 0, "–")
        again = ((_reopen(request, raised),),)
        return (request.topic.message(request.say("alert.taken_already", name=name), again),)
    if verb == "terima":
        return await _take(conn, request, raised)
    if verb == "besok":
        return await _postpone(conn, request, raised)
    return await _hand_over(conn, request, raised, lineage, verb)


async def _take(conn: AsyncConnection, request: Request, raised: Raised) -> Replies:
    await alerts.acknowledge(conn, raised.id, request.official.id, request.now)
    await _record(conn, request, AuditEvent.ALERT, f"{raised.id} terima")
    text = request.say("alert.taken", name=_name(request, request.official))
    return (request.topic.message(text, ((_reopen(request, raised),),)),)


async def _reopened(conn: AsyncConnection, request: Request, raised: Raised) -> Replies:
    if await alerts.reopen(conn, raised.id, request.now):
        before = f"#{raised.official} terima"
        await _record(
            conn, request, AuditEvent.ALERT, f"{raised.id} {audit_log.changed(before, 'buka')}"
        )
    return request.reply("alert.reopened")


async def _postpone(conn: AsyncConnection, request: Request, raised: Raised) -> Replies:
    again = remind_at(request.today, request.instansi.zone)
    await alerts.postpone(conn, raised.id, again)
    await _record(conn, request, AuditEvent.ALERT, f"{raised.id} besok")
    return request.reply("alert.remind", day=again.date())


async def _record(conn: AsyncConnection, request: Request, event: AuditEvent, about: str) -> None:
    await audit_log.add(conn, request.official.id, event, about, request.now)


async def _hand_over(
    conn: AsyncConnection, request: Request, raised: Raised, lineage: Sequence[str], verb: str
) -> Replies:
    """To another official who may follow it up; offers them if none is named."""
    others = [
        official
        for official in await officials.listed(conn)
        if official.id != request.official.id and may(official, Action.FOLLOW_UP, lineage)
    ]
    for official in others:
        if verb == f"kepada {official.id}":
            await alerts.assign(conn, raised.id, official.id, request.now)
            before = f"#{raised.official}" if raised.official else ""
            change = audit_log.changed(before, f"#{official.id}")
            await _record(conn, request, AuditEvent.ALERT, f"{raised.id} {change}")
            return request.reply("alert.given", name=_name(request, official))
    if not others:
        return request.reply("alert.no_other")
    rows = tuple(
        (Choice(_name(request, official), f"/siaga {raised.id} kepada {official.id}"),)
        for official in others[:OTHERS]
    )
    return (Outbound(request.say("alert.choose"), rows, language=request.language),)


def _name(request: Request, official: Official) -> str:
    return official_name(request.instansi.catalog, request.language, official)
