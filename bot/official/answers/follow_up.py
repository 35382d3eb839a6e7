"""`/tindaklanjut`: plans and records what is done about the three priority unsur of a period.

"/tl PAJANG 2026-Q3" shows the three, "… U3" one of them. "… U3 buka" reopens one that is done, and
"… U3 pulihkan" takes that back. "… U3 rencana", "… U3 selesai" and
"… U3 foto" open a draft; what the official types or sends next belongs to it, and the inbox passes
it on as "… U3 tulis TEXT" or "… U3 bukti". follow_up_draft.py has the steps of a draft.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.channel import LoadPhoto
from bot.messaging.message import Replies
from bot.official.answers import follow_up_photo
from bot.official.answers.follow_up_draft import DraftSteps
from bot.request.form_links import FormLinks
from bot.request.request import Request
from bot.words.follow_up import FollowUpWording
from skm.follow_up.photo import Photo
from skm.follow_up.tindak_lanjut import TindakLanjutError
from skm.instansi.upp import Upp
from skm.store.periods import drafts, follow_ups
from skm.store.survey import upps
from skm.survey.unsur import Unsur


async def answer(request: Request, *, load: LoadPhoto, forms: FormLinks | None) -> Replies:
    """Shows the follow-ups of a unit or of the whole instansi, or acts on one."""
    unit = request.subject.upp
    if unit is None:
        return await _city(request)
    name, verb, text = (*request.subject.rest.split(maxsplit=2), "", "", "")[:3]
    if not name:
        return await _overview(request, unit, forms)
    unsur, verb = Unsur(name.upper()), verb.lower()
    photo: Photo | None = None
    if verb == "bukti":
        try:  # outside of the transaction, since loading takes time
            photo = await follow_up_photo.sent(request, load)
        except follow_up_photo.PhotoRefused as error:
            text = error.key
    return await request.db.write(lambda conn: _act(conn, request, unit, unsur, verb, text, photo))


async def _city(request: Request) -> Replies:
    async def read(conn: AsyncConnection) -> Replies:
        found = await follow_ups.of_all(conn, request.subject.period)
        names = {unit.code: unit.name for unit in await upps.listed(conn)}
        return (FollowUpWording(request.topic).city(found, names),)

    return await request.db.read(read)


async def _overview(request: Request, unit: Upp, forms: FormLinks | None) -> Replies:
    period = request.subject.period
    form = forms.link(request.official, unit, period, request.now) if forms else ""

    async def read(conn: AsyncConnection) -> Replies:
        before = await follow_ups.of(conn, unit, period.previous())
        items = await follow_ups.of(conn, unit, period)
        return (FollowUpWording(request.topic).overview(items, before, form),)

    return await request.db.read(read)


async def _act(
    conn: AsyncConnection,
    request: Request,
    unit: Upp,
    unsur: Unsur,
    verb: str,
    text: str,
    photo: Photo | None,
) -> Replies:
    """Does what the verb says; an unknown verb closes the draft and shows the follow-up."""
    items = await follow_ups.of(conn, unit, request.subject.period)
    item = next((item for item in items if item.unsur is unsur), None)
    if item is None:
        return request.reply("tindak_lanjut.not_one", unsur=request.topic.unsur(unsur))
    steps = DraftSteps(conn, request, unit, item)
    try:
        match verb:
            case "rencana" | "selesai" | "foto":
                return await steps.begin(finishing=verb != "rencana", photo=verb == "foto")
            case "buka":
                return await steps.change(item.reopened(), verb)
            case "pulihkan":
                return await steps.change(item.restored(), verb)
            case "tulis" | "batas" | "saya":
                return await steps.take_text(request.official.name if verb == "saya" else text)
            case "bukti":
                return await (steps.take_photo(photo) if photo else steps.ask_again(text))
            case _:
                await drafts.drop(conn, request.official.id)
                return await steps.show(item)
    except TindakLanjutError as error:
        return await steps.show(item, request.say(f"tindak_lanjut.{error.refusal.name.lower()}"))
