"""Who the officials are, removing one, and what they did."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.message import Address, Choice, Outbound
from bot.reply import folded
from skm.official import Deed, Official
from skm.store import log, officials
from skm.store.log import Entry

LISTED = 20


async def listed(ask: Ask) -> Replies:
    """All officials, or those of a name or unit; "cabut 12" removes one, once confirmed."""
    word, *rest = ask.subject.rest.split() or [""]
    if word.lower() in ("cabut", "remove") and rest and rest[0].isdecimal():
        return await _remove(ask, int(rest[0][:9]), confirmed=rest[1:] == ["ya"])
    everybody = await ask.desk.db.read(officials.listed)
    wanted = set(folded(ask.subject.rest).split())
    found = [one for one in everybody if wanted <= _words(one)]
    lines = [ask.say("official.listed", n=len(found))]
    lines += [_line(ask, one) for one in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(ask.say("official.listed_more"))
    others = [one for one in found[:LISTED] if one.id != ask.official.id]
    rows = tuple((_remove_button(ask, one),) for one in others)
    return (Outbound("\n".join(lines), rows, language=ask.language),)


def _remove_button(ask: Ask, one: Official) -> Choice:
    label = ask.say("official.button_remove", name=_name(ask, one))
    return Choice(label, f"/petugas cabut {one.id}")


async def _remove(ask: Ask, official_id: int, *, confirmed: bool) -> Replies:
    one = await ask.desk.db.read(lambda conn: officials.by_id(conn, official_id))
    if one is None:
        return ask.tell("official.unknown", id=str(official_id))
    if one.id == ask.official.id:
        return ask.tell("official.not_oneself")
    if not confirmed:
        return (_confirm(ask, one),)

    async def write(conn: AsyncConnection) -> None:
        if await officials.remove(conn, one.id, ask.desk.now()):
            about = f"{one.id} {one.name}".strip()
            await log.add(conn, ask.official.id, Deed.REMOVED, about, ask.desk.now())

    await ask.desk.db.write(write)
    await ask.desk.show_menu(ask.desk, Address(one.channel, one.address, one.address), None)
    return ask.tell("official.removed", name=_name(ask, one))


def _confirm(ask: Ask, one: Official) -> Outbound:
    yes = Choice(ask.say("official.button_yes"), f"/petugas cabut {one.id} ya")
    no = Choice(ask.say("official.button_no"), "/petugas")
    text = ask.say("official.confirm", name=_name(ask, one))
    return Outbound(text, ((yes,), (no,)), language=ask.language)


async def audit(ask: Ask) -> Replies:
    """The last deeds, newest first."""
    entries = await ask.desk.db.read(lambda conn: log.newest(conn, LISTED))
    lines = [ask.say("official.audit")]
    for entry in entries:
        lines.append(
            ask.say(
                "official.audit_line",
                at=entry.at.astimezone(ask.desk.zone),
                name=entry.name or _number(ask, entry.official),
                deed=ask.say(f"official.deed_{entry.deed}"),
                about=_about(ask, entry),
            )
        )
    return (Outbound("\n".join(lines), language=ask.language),)


def _about(ask: Ask, entry: Entry) -> str:
    """What a deed was about; a role by the name it has in that language."""
    if entry.deed not in (Deed.INVITED, Deed.ENROLLED):
        return entry.about
    role, _, unit = entry.about.partition(" ")
    return f"{ask.say(f'official.{role}')} {unit}".strip()


def _line(ask: Ask, one: Official) -> str:
    return ask.say(
        "official.line",
        id=str(one.id),
        name=_name(ask, one),
        role=ask.say(f"official.{one.role}"),
        unit=one.upp or ask.say("official.whole"),
    )


def _name(ask: Ask, one: Official) -> str:
    return one.name or _number(ask, one.id)


def _number(ask: Ask, official_id: int | None) -> str:
    if official_id is None:
        return ask.say("official.operator")
    return ask.say("official.unnamed", id=str(official_id))


def _words(one: Official) -> set[str]:
    return set(folded(f"{one.id} {one.name} {one.role} {one.upp or ''}").split())
