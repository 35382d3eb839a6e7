"""Looking around among the units: what stands below one, and the QR codes of its counters."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.links import qr_png
from bot.message import Attachment, Choice, Outbound
from skm.store import collectors, upps
from skm.upp import Collector, Upp

MOST = 10  # messages with a QR, or buttons


async def unit(ask: Ask) -> Replies:
    """A unit with its code and those directly below it, each a button."""

    async def read(conn: AsyncConnection) -> tuple[list[Upp], list[Collector]]:
        upp = ask.subject.upp
        if upp is None:
            return await upps.roots(conn), []
        return await upps.children(conn, upp.code), await collectors.listed(conn, upp.code)

    below, counters = await ask.desk.db.read(read)
    rows = [(Choice(unit.name, f"/unit {unit.code}"),) for unit in below[:MOST]]
    last = [Choice(ask.say("report.button_full"), f"/report {ask.subject.code}")]
    if counters:
        last.append(Choice(ask.say("command.button_qr"), f"/qr {ask.subject.code}"))
    text = _described(ask, below, counters)
    return (Outbound(text, (*rows, tuple(last)), language=ask.language),)


async def qr(ask: Ask) -> Replies:
    """The QR of each counter of the unit, ready to print or to show."""
    upp = ask.subject.upp
    if upp is None:
        return ask.tell("command.qr_which")
    counters = await ask.desk.db.read(lambda conn: collectors.listed(conn, upp.code))
    if not counters:
        return ask.tell("command.qr_none", name=upp.name, code=upp.code)
    return tuple([await _picture(ask, upp, counter) for counter in counters[:MOST]])


async def _picture(ask: Ask, upp: Upp, counter: Collector) -> Outbound:
    url = ask.desk.links.landing(counter.code)
    png = await asyncio.to_thread(qr_png, url)
    where = ", ".join(filter(None, (upp.name, counter.layanan, counter.place)))
    text = ask.say("command.qr_caption", where=where, code=counter.code, url=url)
    alt = ask.say("command.qr_alt", code=counter.code)
    picture = Attachment(f"qr-{counter.code}.png", "image/png", png, alt)
    return Outbound(text, attachment=picture, language=ask.language)


def _described(ask: Ask, below: list[Upp], counters: list[Collector]) -> str:
    upp = ask.subject.upp
    if upp:
        head = ask.say("command.unit_head", name=upp.name, code=upp.code)
        lines = [head, ask.say("command.unit_counters", n=len(counters))]
    else:
        lines = [ask.desk.instansi]
    if below:
        lines.append(ask.say("command.unit_below", n=len(below)))
    if len(below) > MOST:
        lines.append(ask.say("command.unit_more"))
    return "\n".join(lines)
