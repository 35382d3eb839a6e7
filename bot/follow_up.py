"""`/tindaklanjut`: the three unsur to mend, planned and done. Buttons carry the typed form.

"/tl PAJANG 2026-Q3" shows them, "… U3" one of them; "… U3 rencana", "… U3 selesai" and "… U3 foto"
begin a draft, and what is typed or sent next goes into it (the inbox sends it here as "… U3 tulis
TEXT" or "… U3 bukti"). How it goes on: drafting.py.
"""

import re
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import evidence
from bot.ask import Ask, Desk, Replies, Subject
from bot.drafting import Drafting
from bot.phrase_follow_up import PhraseFollowUp
from bot.subject import unit_and_period
from skm.official import Official
from skm.photo import Photo
from skm.store import drafts, follow_ups, upps
from skm.tindak_lanjut import TindakLanjutError
from skm.unsur import Unsur
from skm.upp import Upp

_ABOUT = re.compile(r"(.*?)(?:(?<!\S)(U[1-9])(?:\s+(\w+)(?:\s+(.*))?)?)?\s*", re.I | re.S)


async def ended(conn: AsyncConnection, desk: Desk, official: Official, argument: str) -> Subject:
    """A unit and the last period of its kind that is over: before that nobody knows what to mend.

    `rest`: an unsur, and what to do about it. Raises Unclear.
    """
    found = _ABOUT.fullmatch(argument)
    unit, *rest = found.groups("") if found else (argument,)
    subject = await unit_and_period(conn, desk, official, unit)
    period = subject.period
    while period.end > desk.today:
        period = period.previous()
    return replace(subject, period=period, form="", rest=" ".join(rest).strip())


async def answer(ask: Ask) -> Replies:
    """Show them, or do something about one."""
    unit = ask.subject.upp
    if unit is None:
        return await _city(ask)
    name, verb, text = (*ask.subject.rest.split(maxsplit=2), "", "", "")[:3]
    if not name:
        return await _overview(ask, unit)
    unsur, verb = Unsur(name.upper()), verb.lower()
    if verb == "bukti":
        return await _shown(ask, unit, unsur)
    return await ask.desk.db.write(lambda conn: _about(conn, ask, unit, unsur, verb, text))


async def _shown(ask: Ask, unit: Upp, unsur: Unsur) -> Replies:
    """Something was sent that is to show what was done. Loading it takes time: not in the write."""
    try:
        photo: Photo | None = await evidence.sent(ask)
        wrong = ""
    except evidence.EvidenceError as error:
        photo, wrong = None, error.key
    return await ask.desk.db.write(
        lambda conn: _about(conn, ask, unit, unsur, "bukti", wrong, photo)
    )


async def _city(ask: Ask) -> Replies:
    async def read(conn: AsyncConnection) -> Replies:
        found = await follow_ups.of_all(conn, ask.subject.period)
        names = {unit.code: unit.name for unit in await upps.listed(conn)}
        return (PhraseFollowUp(ask).city(found, names),)

    return await ask.desk.db.read(read)


async def _overview(ask: Ask, unit: Upp) -> Replies:
    period = ask.subject.period

    async def read(conn: AsyncConnection) -> Replies:
        before = await follow_ups.of(conn, unit, period.previous())
        return (PhraseFollowUp(ask).overview(await follow_ups.of(conn, unit, period), before),)

    return await ask.desk.db.read(read)


async def _about(
    conn: AsyncConnection,
    ask: Ask,
    unit: Upp,
    unsur: Unsur,
    verb: str,
    text: str,
    photo: Photo | None = None,
) -> Replies:
    """One of the three, after what was done about it."""
    items = await follow_ups.of(conn, unit, ask.subject.period)
    item = next((item for item in items if item.unsur is unsur), None)
    if item is None:
        return ask.tell("tindak_lanjut.not_one", unsur=ask.say(f"unsur_short.{unsur}"))
    one = Drafting(conn, ask, unit, item)
    try:
        match verb:
            case "rencana" | "selesai" | "foto":
                return await one.begins(finishing=verb != "rencana", photo=verb == "foto")
            case "buka":
                return await one.changes(item.reopened(), verb)
            case "tulis" | "batas" | "saya":
                return await one.goes_on(ask.official.name if verb == "saya" else text)
            case "bukti":
                return await one.takes(photo) if photo else await one.asks_again(text)
            case _:
                await drafts.drop(conn, ask.official.id)
                return await one.shows(item)
    except TindakLanjutError as error:
        return await one.shows(item, ask.say(f"tindak_lanjut.{error.refusal.name.lower()}"))
