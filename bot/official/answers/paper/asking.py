"""Steps of `/kertas` that ask about forms which are not clear, and take the answers."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Replies, Rows
from bot.official.answers.paper.desk import PaperDesk
from skm.paper.sheet import SARAN, PaperSheet, options_of
from skm.store.paper import batches, sheets
from skm.survey.response import COMMENT_LENGTH


async def ask(desk: PaperDesk) -> Replies:
    """The next open question, with its crop; the open batch if nothing is asked."""
    for sheet in await desk.request.db.read(desk.waiting):
        if sheet.questions:
            return _question(desk, sheet, sheet.questions[0])
    return await desk.begin()


def _question(desk: PaperDesk, sheet: PaperSheet, item: str) -> Replies:
    request, words = desk.request, desk.words
    rows: Rows = tuple(
        (Choice(label, f"/kertas jawab {sheet.id} {item} {option}"),)
        for option, label in words.options(item)
    )
    leave = Choice(request.say("paper.button_leave_out"), f"/kertas lewat {sheet.id}")
    text = words.text(sheet, item)
    return (request.topic.message(text, (*rows, (leave,)), desk.crop(sheet, item)),)


async def take_answer(desk: PaperDesk, form: int, item: str, option: str) -> Replies:
    """Stores the answer; of a batch that was stored before also the form that is now clear."""

    async def run(conn: AsyncConnection) -> None:
        sheet = await desk.own(conn, form)
        if sheet is None or option not in options_of(desk.instrument, item):
            return
        sheet = await sheets.give(conn, sheet, item, option)
        number = await sheets.batch_of(conn, form)
        batch = await batches.get(conn, number or 0)
        if batch.saved_at and sheet.is_clear:
            request = desk.request
            zone = request.instansi.zone
            await sheets.save(conn, batch, desk.instrument, zone, request.now)

    await desk.request.db.write(run)
    desk.crops.drop(form, item)
    return await ask(desk)


async def leave_out(desk: PaperDesk, form: int) -> Replies:
    async def run(conn: AsyncConnection) -> None:
        if await desk.own(conn, form):
            await sheets.leave_out(conn, form)

    await desk.request.db.write(run)
    desk.crops.drop(form)
    return await ask(desk)


async def ask_words(desk: PaperDesk) -> Replies:
    """The next form with something in its box for words, to be typed or left out."""
    request = desk.request
    for sheet in await request.db.read(desk.waiting):
        if sheet.has_words:
            text = request.say("paper.ask_words", serial=sheet.code.serial, form=sheet.id)
            skip = Choice(request.say("button.skip"), f"/kertas saran {sheet.id}")
            return (request.topic.message(text, ((skip,),), desk.crop(sheet, SARAN)),)
    return await desk.begin()


async def take_words(desk: PaperDesk, form: int, text: str) -> Replies:
    """What is written on a form that is not stored yet; no text leaves it out."""
    if len(text) > COMMENT_LENGTH:
        return desk.request.reply("paper.words_too_long", most=COMMENT_LENGTH)

    async def run(conn: AsyncConnection) -> None:
        sheet = await desk.own(conn, form)
        if sheet:
            await sheets.give(conn, sheet, SARAN, text)

    await desk.request.db.write(run)
    desk.crops.drop(form, SARAN)
    return await ask_words(desk)
