"""Steps of `/kertas` that take photos in, store what is clear, and take it back."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.channel import LoadError, LoadPhoto
from bot.messaging.message import LARGEST, Choice, Replies, Rows
from bot.official.answers.paper.desk import PaperDesk
from bot.paper.reading import NoReader, TakenForm, take_in
from skm.errors import SkmError
from skm.store.intake import look
from skm.store.paper import batches, sheets
from skm.store.survey import upps


async def take_photo(desk: PaperDesk, load: LoadPhoto) -> Replies:
    """Reads the photo outside of the transaction, since that takes time."""
    request, official = desk.request, desk.request.official
    batch = await request.db.read(lambda conn: batches.open_of(conn, official.id))
    if batch is None or request.photo is None:
        return await desk.begin()
    if request.photo.size > LARGEST:
        return request.reply("paper.too_large")
    try:
        content = await load(official.channel, request.photo)
    except LoadError:
        return request.reply("paper.not_loaded")
    units = await request.db.read(lambda conn: _units(conn, official.upp))
    now = request.now
    try:
        found = await take_in(request.db, content, desk.instrument, batch.id, units, now)
    except NoReader:
        return request.reply("paper.no_reader")
    for one in found:
        if isinstance(one, TakenForm):
            desk.crops.keep(one.sheet.id, one.crops, now)
    return await desk.show(batch, "\n".join(desk.words.not_taken(found)))


async def _units(conn: AsyncConnection, held: str | None) -> frozenset[str] | None:
    """Whose forms an official of this unit may send; None: all."""
    return frozenset(one.code for one in await upps.subtree(conn, held)) if held else None


async def set_day(desk: PaperDesk, typed: str) -> Replies:
    batch, _ = await desk.open()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return desk.request.reply("paper.no_day")
    if batch is None or day > desk.request.today:
        return desk.request.reply("paper.no_day")
    await desk.request.db.write(lambda conn: batches.set_day(conn, batch.id, day))
    return await desk.begin()


async def save(desk: PaperDesk) -> Replies:
    request, (batch, found) = desk.request, await desk.open()
    if batch is None or not sheets.counted(found).clear:
        return await desk.begin()
    zone = request.instansi.zone
    stored = await request.db.write(
        lambda conn: sheets.save(conn, batch, desk.instrument, zone, request.now)
    )
    waiting = sheets.counted(found).asked
    text = request.say("paper.saved", stored=stored, day=batch.day)
    if waiting:
        text += "\n" + request.say("paper.waiting", asked=waiting)
    rows: Rows = ((Choice(request.say("paper.button_undo"), f"/kertas urung {batch.id}"),),)
    return (request.topic.message(text, desk.asks(waiting) + rows),)


async def cancel(desk: PaperDesk) -> Replies:
    request, (batch, found) = desk.request, await desk.open()
    if batch is None:
        return request.reply("paper.nothing")
    for sheet in found:
        desk.crops.drop(sheet.id)
    await look.undo(request.db, batch.id, request.official.id, request.now)
    return request.reply("paper.cancelled")


async def undo(desk: PaperDesk, number: int) -> Replies:
    """Takes a stored batch of the official back."""
    request, who = desk.request, desk.request.official.id
    try:
        batch = await request.db.read(lambda conn: batches.get(conn, number))
        if batch.official != who:
            return request.reply("paper.nothing")
        await look.undo(request.db, number, who, request.now)
    except SkmError:
        return request.reply("paper.not_undone")
    return request.reply("paper.undone", stored=batch.stored)
