"""How somebody becomes an official: `/undang` invites, a token accepts, `/nama` names."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.links import Links
from bot.messaging.message import Choice, Inbound, Outbound, Person, Replies
from bot.official.menu import Menus
from bot.request.arguments import Unclear, unit_and_period
from bot.request.instansi import Instansi
from bot.request.request import Request
from bot.words.names import official_name
from skm.figures.report import EVERYTHING
from skm.instansi.find_upp import folded
from skm.instansi.official import ALLOWED, Action, AuditEvent, Invitation, Official, Role
from skm.instansi.upp import Upp
from skm.intake.cells.text import visible
from skm.notices.subscription import Subscription
from skm.store.database.database import Database
from skm.store.officials import audit_log, invitations, officials, subscriptions
from skm.store.officials.invitations import OpenInvitation
from skm.store.survey import upps
from skm.survey.inert_text import inert

PREFIX = "i-"  # before the token in a link, so that it is not taken for a collector's code
TOKEN = re.compile(r"\bi-([0-9a-z]{20})\b", re.IGNORECASE)
WRITABLE = frozenset({"telegram", "whatsapp", "terminal"})  # channels that can write first
NAME_LENGTH = 60
LISTED = 20


# --- accepting -----------------------------------------------------------------------------------


def token_in(inbound: Inbound) -> str | None:
    """The token of an invitation in a link that was opened or in a text that was sent."""
    found = TOKEN.search((inbound.start or inbound.text or "")[:200])
    return found[1] if found else None


async def accept(
    db: Database, instansi: Instansi, menus: Menus, person: Person, language: str, token: str
) -> Replies:
    """Enrol the holder of a token; an official who opens one keeps it valid for somebody else."""
    catalog, now, address = instansi.catalog, person.now, person.inbound.address
    if address.channel not in WRITABLE:
        return (Outbound(catalog.say(language, "official.not_here"), language=language),)

    async def enrol(conn: AsyncConnection) -> tuple[Official, str] | str:
        if await officials.by_person(conn, person.respondent):
            return "official.already"
        invited = await invitations.spend(conn, token, now)
        if invited is None:
            return "official.invitation_over"
        official = await officials.add(
            conn, invited.invited, person.respondent, address.channel, address.chat, language, now
        )
        await subscriptions.put(conn, Subscription(official.id), now)
        by = await officials.by_id(conn, invited.official) if invited.official else None
        about = f"{invited.invited} ← {by.id} {by.name}".strip() if by else str(invited.invited)
        await audit_log.add(conn, official.id, AuditEvent.ENROLLED, about, now)
        return official, await instansi.unit_name(conn, official.upp)

    enrolled = await db.write(enrol)
    if isinstance(enrolled, str):
        return (Outbound(catalog.say(language, enrolled), language=language),)
    official, unit = enrolled
    await menus.show(address, official)
    return (_welcome(instansi, official, unit),)


def _welcome(instansi: Instansi, official: Official, unit: str) -> Outbound:
    """What the official may do, and what is stored about them."""
    language, catalog = official.language, instansi.catalog
    role = catalog.say(language, f"official.{official.role}")
    lines = [
        catalog.say(language, "official.welcome", role=role, unit=unit),
        *(
            catalog.say(language, f"official.may_{action}")
            for action in Action
            if action in ALLOWED[official.role]
        ),
        "",
        catalog.say(language, "official.privacy"),
    ]
    first = Choice(catalog.say(language, "report.button_full"), "/report")
    return Outbound("\n".join(lines), ((first,),), language=language)


async def rename(request: Request) -> Replies:
    """Sets the name by which lists and the audit log show the official."""
    name = inert(visible(request.subject.rest))[:NAME_LENGTH].strip()
    if not name:
        return request.reply("official.name_ask")

    async def write(conn: AsyncConnection) -> None:
        about = audit_log.changed(request.official.name, name)
        await audit_log.add(conn, request.official.id, AuditEvent.RENAMED, about, request.now)
        await officials.rename(conn, request.official.id, name)

    await request.db.write(write)
    return request.reply("official.named", name=name)


# --- inviting ------------------------------------------------------------------------------------


def invitation_links(links: Links, token: str) -> list[str]:
    """A link for each messenger that is set up."""
    payload = PREFIX + token
    return [link for link in (links.telegram(payload), links.whatsapp(payload)) if link]


async def invite(request: Request, *, links: Links) -> Replies:
    """Asks for a role, then for a unit; then answers with the invitation. "/undang daftar" lists
    the open ones, "/undang cabut 1a2b3c4d" revokes one.
    """
    word, _, rest = request.subject.rest.partition(" ")
    if request.vocabulary.means("list", word):
        return await _listed(request)
    if request.vocabulary.means("remove", word):
        return await request.db.write(lambda conn: _revoke(conn, request, rest.strip()))
    meant = request.vocabulary.meanings("role").get(folded(word))
    if meant is None:
        return (_which_role(request),)
    role = Role(meant)
    if role is Role.ADMIN:
        return await _invited(request, links, Invitation(role))
    if not rest.strip():
        return (_which_unit(request, role, await request.db.read(upps.roots)),)
    try:
        subject = await request.db.read(
            lambda conn: unit_and_period(conn, request.instansi, request.official, rest)
        )
    except Unclear as unclear:
        return (_which_unit(request, role, unclear.near),)
    code = subject.upp.code if subject.upp else None
    return await _invited(request, links, Invitation(role, code))


def _which_role(request: Request) -> Outbound:
    rows = [(Choice(request.say(f"official.{role}"), f"/undang {role}"),) for role in Role]
    rows.append((Choice(request.say("official.button_open_invitations"), "/undang daftar"),))
    return request.topic.message(request.say("official.which_role"), tuple(rows))


def _which_unit(request: Request, role: Role, near: Sequence[Upp]) -> Outbound:
    """Offers the whole instansi and some units; any other can be typed."""
    rows = [(Choice(request.say("official.whole"), f"/undang {role} {EVERYTHING}"),)]
    rows += [(Choice(unit.name, f"/undang {role} {unit.code}"),) for unit in near[:LISTED]]
    text = request.say("official.which_unit", command=f"/undang {role}")
    return request.topic.message(text, tuple(rows))


async def _invited(request: Request, links: Links, invited: Invitation) -> Replies:
    now, instansi = request.now, request.instansi

    async def write(conn: AsyncConnection) -> tuple[str, str]:
        await audit_log.add(conn, request.official.id, AuditEvent.INVITED, str(invited), now)
        unit = await instansi.unit_name(conn, invited.upp)
        return await invitations.create(conn, invited, now, request.official.id), unit

    token, unit = await request.db.write(write)
    return request.reply(
        "official.invitation",
        role=request.say(f"official.{invited.role}"),
        unit=unit,
        until=instansi.day_of(now + invitations.VALID),
        links="\n".join([*invitation_links(links, token), PREFIX + token]),
    )


# --- open invitations ----------------------------------------------------------------------------


async def _listed(request: Request) -> Replies:
    """The invitations that can still be accepted, each with a button that revokes it."""

    async def read(conn: AsyncConnection) -> tuple[list[OpenInvitation], dict[int, str]]:
        catalog, language = request.instansi.catalog, request.language
        known = await officials.listed(conn)
        names = {one.id: official_name(catalog, language, one) for one in known}
        return await invitations.open_ones(conn, request.now), names

    found, names = await request.db.read(read)
    if not found:
        return request.reply("official.no_open_invitations")
    lines = [request.say("official.open_invitations", n=len(found))]
    lines += [_open_line(request, one, names) for one in found[:LISTED]]
    rows = tuple(
        (
            Choice(
                request.say("official.button_revoke", number=one.number),
                f"/undang cabut {one.number}",
            ),
        )
        for one in found[:LISTED]
    )
    return (request.topic.message("\n".join(lines), rows),)


def _open_line(request: Request, one: OpenInvitation, names: Mapping[int, str]) -> str:
    return request.say(
        "official.open_invitation",
        number=one.number,
        role=request.say(f"official.{one.invited.role}"),
        unit=one.invited.upp or request.say("official.whole"),
        by=names.get(one.official or 0, request.say("official.operator")),
        until=request.instansi.day_of(one.expires_at),
    )


async def _revoke(conn: AsyncConnection, request: Request, number: str) -> Replies:
    revoked = await invitations.revoke(conn, number, request.now)
    if revoked is None:
        return request.reply("official.no_such_invitation")
    about = f"{revoked.invited} ({revoked.number})"
    await audit_log.add(conn, request.official.id, AuditEvent.REVOKED, about, request.now)
    return request.reply("official.revoked", number=revoked.number)
