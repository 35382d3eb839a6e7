"""`/kertas cetak`: paper forms of a collector as a PDF to print."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.documents.paper_forms import PaperForms
from bot.messaging.message import Attachment, Choice, Replies
from bot.official.answers.paper.desk import PaperDesk
from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.paper.form_code import SERIAL_LENGTH
from skm.privacy.pseudonym import new_codes
from skm.store.survey import collectors, upps

USUAL, MOST = 50, 200  # forms
OFFERED = 8  # collectors to choose from

Ways = list[tuple[Collector, Upp]]


async def print_forms(desk: PaperDesk, words: Sequence[str]) -> Replies:
    """`words`: a collector's code and how many, in any order; both may be left out."""
    request = desk.request
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 5]
    count = min(max(*numbers, 1), MOST) if numbers else USUAL
    codes = [word.upper() for word in words if not word.isdecimal()]
    own = await request.db.read(lambda conn: _own_ways(conn, request.official.upp))
    ways = [one for one in own if not codes or one[0].code == codes[0]]
    if len(ways) != 1:
        return _which(desk, own)
    forms = PaperForms(request.instansi.catalog, desk.instrument, request.language)
    (way, unit) = ways[0]
    try:
        pdf = await asyncio.to_thread(forms.pdf, way, unit, new_codes(count, SERIAL_LENGTH))
    except SkmError:  # the instrument is too long for a form, or typst is not installed
        return request.reply("paper.not_printed")
    file = Attachment(f"formulir-{way.code}.pdf", "application/pdf", pdf)
    text = request.say("paper.printed", count=count, unit=unit.name, code=way.code)
    return (request.topic.message(text, attachment=file),)


async def _own_ways(conn: AsyncConnection, held: str | None) -> Ways:
    """The collectors of the official's units."""
    units = await upps.subtree(conn, held) if held else await upps.listed(conn)
    by_code = {unit.code: unit for unit in units}
    found = await collectors.listed(conn)
    return [(way, by_code[way.upp]) for way in found if way.upp in by_code]


def _which(desk: PaperDesk, ways: Ways) -> Replies:
    request = desk.request
    if not ways:
        return request.reply("paper.no_collector")
    rows = tuple(
        (Choice(_label(way, unit), f"/kertas cetak {way.code}"),) for way, unit in ways[:OFFERED]
    )
    return (request.topic.message(request.say("paper.print_which"), rows),)


def _label(way: Collector, unit: Upp) -> str:
    return " · ".join(filter(None, (way.code, way.layanan or unit.name, way.place)))
