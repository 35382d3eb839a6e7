"""`/impor kembali NUMBER`: takes a batch back, once its question was confirmed; lists batches."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound, Replies
from bot.request.imports import may_take_back
from bot.request.request import Declined, Request
from bot.words.intake import IntakeWording
from skm.intake.batch import BatchError, BatchRefusal, ImportBatch
from skm.store.intake import batches, look
from skm.store.officials import confirmations

LISTED = 5  # batches


async def listed(request: Request, units: frozenset[str] | None) -> Replies:
    """The last batches that the official may take back. `units`: those that they may bring in."""
    found = await request.db.read(lambda conn: batches.newest(conn, 50))
    own = [one for one in found if may_take_back(request.official, units, one)]
    lines = [request.say("intake_chat.help")]
    lines += [
        request.say(
            "intake_chat.line",
            number=batch.id,
            name=batch.source.name,
            stored=batch.stored,
            day=request.instansi.day_of(batch.at),
        )
        for batch in [one for one in own if not one.undone_at][:LISTED]
    ]
    return (request.topic.message("\n".join(lines)),)


async def answer(
    request: Request, words: IntakeWording, units: frozenset[str] | None, said: str
) -> Replies:
    """Asks, and takes the batch back when the question was confirmed."""
    number, code = confirmations.without_code(said)
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Declined("intake_chat.unclear", said=said[:60])
    try:
        batch = await request.db.read(partial(batches.get, number=int(number)))
        if not may_take_back(request.official, units, batch):
            raise BatchError(batch.id, BatchRefusal.NOT_YOURS)
        asked = await request.db.write(partial(_asked, request=request, batch=batch, code=code))
        if asked:
            return (asked,)
        official, now = request.official.id, request.now
        done = await look.undo(request.db, batch.id, official, now)
    except BatchError as error:
        return (request.topic.message(words.refusal(error)),)
    return (request.topic.message(words.say("undone", number=done.id, name=done.source.name)),)


async def _asked(
    conn: AsyncConnection, request: Request, batch: ImportBatch, code: str
) -> Outbound | None:
    """The question whether to take a batch back; None if this code confirms it."""
    command = f"/impor undo {batch.id}"
    sure = await confirmations.confirmed(conn, request.person, command, code, request.now)
    if sure is not None:
        return None
    text = request.say(
        "intake_chat.sure", number=batch.id, name=batch.source.name, stored=batch.stored
    )
    data = await confirmations.ask(conn, request.person, command, request.now)
    return request.topic.message(text, ((Choice(request.say("intake_chat.button_yes"), data),),))
