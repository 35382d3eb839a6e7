"""How somebody becomes an official: being invited, accepting, being named."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Desk, Replies
from bot.links import Links
from bot.message import Address, Choice, Inbound, Outbound
from bot.reply import folded
from bot.subject import Unclear, unit_and_period
from skm.official import ALLOWED, Action, Deed, Invitation, Official, Role
from skm.sheet import seen
from skm.store import invitations, log, officials, subscriptions, upps
from skm.store.reports import EVERYTHING
from skm.subscription import Subscription
from skm.upp import Upp

PREFIX = "i-"  # before the token in a link, so that it is not taken for a counter's code
TOKEN = re.compile(r"\bi-([0-9a-z]{20})\b", re.IGNORECASE)
REACHED = frozenset({"telegram", "whatsapp", "terminal"})  # a web page cannot be written to
NAME_LENGTH = 60
LISTED = 20

ROLES: Mapping[str, Role] = {
    **{str(role): role for role in Role},
    "petugas": Role.OFFICER,
    "pembaca": Role.VIEWER,
    "pamaos": Role.VIEWER,
}


def token_in(inbound: Inbound) -> str | None:
    """The invitation that was opened by a link, or typed or sent along as text."""
    found = TOKEN.search((inbound.start or inbound.text or "")[:200])
    return found[1] if found else None


def ways_to_accept(links: Links, token: str) -> list[str]:
    """The invitation through each channel there is."""
    payload = PREFIX + token
    return [link for link in (links.telegram(payload), links.whatsapp(payload)) if link]


async def accept(desk: Desk, address: Address, person: str, token: str, language: str) -> Replies:
    """Enrol whoever holds the token; whoever is an official already hands it on."""
    catalog = desk.catalog
    if address.channel not in REACHED:
        return (Outbound(catalog.say(language, "official.not_here"), language=language),)

    async def enrol(conn: AsyncConnection) -> Official | str:
        if await officials.by_person(conn, person):
            return "official.already"
        invited = await invitations.spend(conn, token, desk.now())
        if invited is None:
            return "official.invitation_over"
        official = await officials.add(
            conn, invited, person, address.channel, address.chat, language, desk.now()
        )
        await subscriptions.put(conn, Subscription(official.id), desk.now())
        await log.add(conn, official.id, Deed.ENROLLED, str(invited), desk.now())
        return official

    enrolled = await desk.db.write(enrol)
    if isinstance(enrolled, str):
        return (Outbound(catalog.say(language, enrolled), language=language),)
    await desk.show_menu(desk, address, enrolled)
    return (await _welcome(desk, enrolled),)


async def _welcome(desk: Desk, official: Official) -> Outbound:
    """What they may do, and what we keep of them."""
    language, catalog = official.language, desk.catalog
    unit = await _unit_name(desk, official.upp)
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


async def rename(ask: Ask) -> Replies:
    """How admins see somebody in lists and in the log."""
    name = seen(ask.subject.rest)[:NAME_LENGTH].strip()
    if not name:
        return ask.tell("official.name_ask")

    async def write(conn: AsyncConnection) -> None:
        await officials.rename(conn, ask.official.id, name)
        await log.add(conn, ask.official.id, Deed.RENAMED, name, ask.desk.now())

    await ask.desk.db.write(write)
    return ask.tell("official.named", name=name)


# --- inviting ----------------------------------------------------------------------------------


async def invite(ask: Ask) -> Replies:
    """Choose a role, then a unit; then here is the link."""
    word, _, rest = ask.subject.rest.partition(" ")
    role = ROLES.get(folded(word))
    if role is None:
        return (_which_role(ask),)
    if role is Role.ADMIN:
        return (await _invited(ask, Invitation(role)),)
    if not rest.strip():
        return (await _which_unit(ask, role),)
    try:
        subject = await ask.desk.db.read(
            lambda conn: unit_and_period(conn, ask.desk, ask.official, rest)
        )
    except Unclear as unclear:
        return (_choose_unit(ask, role, unclear.near),)
    return (await _invited(ask, Invitation(role, subject.upp.code if subject.upp else None)),)


def _which_role(ask: Ask) -> Outbound:
    rows = tuple((Choice(ask.say(f"official.{role}"), f"/undang {role}"),) for role in Role)
    return Outbound(ask.say("official.which_role"), rows, language=ask.language)


async def _which_unit(ask: Ask, role: Role) -> Outbound:
    return _choose_unit(ask, role, await ask.desk.db.read(upps.roots))


def _choose_unit(ask: Ask, role: Role, near: Sequence[Upp]) -> Outbound:
    """The whole instansi or one of these; others can be typed."""
    rows = [(Choice(ask.say("official.whole"), f"/undang {role} {EVERYTHING}"),)]
    rows += [(Choice(unit.name, f"/undang {role} {unit.code}"),) for unit in near[:LISTED]]
    text = ask.say("official.which_unit", command=f"/undang {role}")
    return Outbound(text, tuple(rows), language=ask.language)


async def _invited(ask: Ask, invited: Invitation) -> Outbound:
    desk = ask.desk

    async def write(conn: AsyncConnection) -> str:
        await log.add(conn, ask.official.id, Deed.INVITED, str(invited), desk.now())
        return await invitations.create(conn, invited, desk.now())

    token = await desk.db.write(write)
    until = (desk.now() + invitations.VALID).astimezone(desk.zone).date()
    text = ask.say(
        "official.invitation",
        role=ask.say(f"official.{invited.role}"),
        unit=await _unit_name(desk, invited.upp),
        until=until,
        links="\n".join([*ways_to_accept(desk.links, token), PREFIX + token]),
    )
    return Outbound(text, language=ask.language)


async def _unit_name(desk: Desk, code: str | None) -> str:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, code)) if code else None
    return unit.name if unit else desk.instansi
