"""`/unit` shows a unit and the units below it; `/qr` the QR codes of its collectors."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.links import Links
from bot.messaging.message import Attachment, Choice, Outbound, Replies
from bot.messaging.qr import qr_png
from bot.request.figures import below
from bot.request.request import Request
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.store.survey import collectors

MOST = 10  # buttons, or messages with a QR


async def unit(request: Request) -> Replies:
    """A unit with its code, and a button for each unit directly below it."""
    subject = request.subject

    async def read(conn: AsyncConnection) -> tuple[list[Upp], list[Collector]]:
        own = await collectors.listed(conn, subject.upp.code) if subject.upp else []
        return list(await below(conn, subject)), own

    units, own = await request.db.read(read)
    rows = [(Choice(unit.name, f"/unit {unit.code}"),) for unit in units[:MOST]]
    last = [Choice(request.say("report.button_full"), f"/report {subject.code}")]
    if own:
        last.append(Choice(request.say("command.button_qr"), f"/qr {subject.code}"))
    text = _description(request, len(units), len(own))
    return (request.topic.message(text, (*rows, tuple(last))),)


def _description(request: Request, units: int, own: int) -> str:
    upp = request.subject.upp
    if upp:
        head = request.say("command.unit_head", name=upp.name, code=upp.code)
        lines = [head, request.say("command.unit_counters", n=own)]
    else:
        lines = [request.instansi.name]
    if units:
        lines.append(request.say("command.unit_below", n=units))
    if units > MOST:
        lines.append(request.say("command.unit_more"))
    return "\n".join(lines)


async def qr(request: Request, *, links: Links) -> Replies:
    """The QR of each collector of the unit, to be printed or shown."""
    upp = request.subject.upp
    if upp is None:
        return request.reply("command.qr_which")
    own = await request.db.read(lambda conn: collectors.listed(conn, upp.code))
    if not own:
        return request.reply("command.qr_none", name=upp.name, code=upp.code)
    return tuple([await _picture(request, upp, collector, links) for collector in own[:MOST]])


async def _picture(request: Request, upp: Upp, collector: Collector, links: Links) -> Outbound:
    url = links.landing(collector.code)
    png = await asyncio.to_thread(qr_png, url)
    where = ", ".join(filter(None, (upp.name, collector.layanan, collector.place)))
    text = request.say("command.qr_caption", where=where, code=collector.code, url=url)
    picture = Attachment(f"qr-{collector.code}.png", "image/png", png)
    return request.topic.message(text, attachment=picture)
