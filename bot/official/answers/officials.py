"""`/petugas` lists the officials and removes one; `/audit` shows what was done."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Address, Choice, Outbound, Replies
from bot.official.menu import Menus
from bot.request.request import Request
from bot.words.log import line
from bot.words.names import official_name
from skm.instansi.find_upp import folded
from skm.instansi.official import AuditEvent, Invitation, Official
from skm.store.officials import audit_log, confirmations, invitations, officials, sessions

LISTED = 20
SEARCHED = 500  # entries of the audit log


async def listed(request: Request, *, menus: Menus) -> Replies:
    """All officials, or those that the words describe; "/petugas cabut 12" removes one."""
    typed, code = confirmations.without_code(request.subject.rest)
    word, *rest = typed.split() or [""]
    if request.vocabulary.means("remove", word) and rest and rest[0].isdecimal():
        return await _remove(request, menus, int(rest[0][:9]), code)
    wanted = set(folded(request.subject.rest).split())
    found = [one for one in await request.db.read(officials.listed) if wanted <= _words(one)]
    lines = [request.say("official.listed", n=len(found))]
    lines += [_line(request, official) for official in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(request.say("official.listed_more"))
    rows = tuple(
        (_remove_button(request, official),)
        for official in found[:LISTED]
        if official.id != request.official.id
    )
    return (request.topic.message("\n".join(lines), rows),)


def _words(official: Official) -> set[str]:
    described = f"{official.id} {official.name} {official.role} {official.upp or ''}"
    return set(folded(described).split())


def _line(request: Request, official: Official) -> str:
    return request.say(
        "official.line",
        id=str(official.id),
        name=_name(request, official),
        role=request.say(f"official.{official.role}"),
        unit=official.upp or request.say("official.whole"),
    )


def _name(request: Request, official: Official) -> str:
    return official_name(request.instansi.catalog, request.language, official)


# --- removing ------------------------------------------------------------------------------------


def _remove_button(request: Request, official: Official) -> Choice:
    label = request.say("official.button_remove", name=_name(request, official))
    return Choice(label, f"/petugas cabut {official.id}")


async def _remove(request: Request, menus: Menus, official_id: int, code: str) -> Replies:
    """Asks, or removes if the code of that question came, and notifies the one who is removed."""
    replies, removed = await request.db.write(
        lambda conn: _asked_or_removed(conn, request, official_id, code)
    )
    if removed:
        address = Address(removed.channel, removed.address, removed.address)
        catalog, language = request.instansi.catalog, removed.language
        await menus.show(address, None)
        text = catalog.say(language, "official.you_were_removed", name=request.instansi.name)
        await menus.tell(address, Outbound(text, language=language))
    return replies


async def _asked_or_removed(
    conn: AsyncConnection, request: Request, official_id: int, code: str
) -> tuple[Replies, Official | None]:
    """(the answer, the official who was removed)."""
    official = await officials.by_id(conn, official_id)
    if official is None:
        return request.reply("official.unknown", id=str(official_id)), None
    if official.id == request.official.id:
        return request.reply("official.not_oneself"), None
    command = f"/petugas cabut {official.id}"
    if await confirmations.confirmed(conn, request.person, command, code, request.now) is None:
        return await _question(conn, request, official, command, again=bool(code)), None
    await audit_log.add(
        conn, request.official.id, AuditEvent.REMOVED, described(official), request.now
    )
    await officials.remove(conn, official.id, request.now)
    await sessions.end_all(conn, official.id)
    await invitations.revoke_of(conn, official.id, request.now)
    return request.reply("official.removed", name=_name(request, official)), official


async def _question(
    conn: AsyncConnection, request: Request, official: Official, command: str, *, again: bool
) -> Replies:
    lines = [request.say("confirmation.over")] if again else []
    role = request.say(f"official.{official.role}")
    unit = official.upp or request.say("official.whole")
    name = _name(request, official)
    lines.append(request.say("official.confirm", name=name, role=role, unit=unit))
    data = await confirmations.ask(conn, request.person, command, request.now)
    yes = Choice(request.say("official.button_yes"), data)
    no = Choice(request.say("official.button_no"), "/petugas")
    return (request.topic.message("\n".join(lines), ((yes,), (no,))),)


def described(official: Official) -> str:
    """How the audit log names an official: "12 Sri Wahyuni, officer PAJANG"."""
    role = Invitation(official.role, official.upp)
    return f"{official.id} {official.name}, {role}".replace(" ,", ",")


# --- the audit log -------------------------------------------------------------------------------


async def audit(request: Request) -> Replies:
    """The newest entries first; with words only those that hold them."""
    words = folded(request.subject.rest)
    entries = await request.db.read(lambda conn: audit_log.newest(conn, SEARCHED))
    said = (line(request.instansi, request.language, entry) for entry in entries)
    found = [one for one in said if words in folded(one)][:LISTED]
    head = request.say("official.audit" if found or not words else "official.audit_none")
    return (request.topic.message("\n".join([head, *found])),)
