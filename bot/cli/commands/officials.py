"""Officials: invite them, list the messages to them and those that could not be processed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import links_of
from bot.cli.environment import find_unit, now, on_database
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import note, say
from bot.official.answers.invite import PREFIX, invitation_links
from bot.running.settings import Settings
from skm.errors import SkmError
from skm.instansi.official import AuditEvent, Invitation, Role
from skm.notices.delivery import DeliveryState
from skm.store.database.database import Database
from skm.store.officials import (
    audit_log,
    deliveries,
    invitations,
    officials,
    sessions,
    unreadable,
)

app = command_group()


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="What they may do.")],
    unit: Annotated[
        str, typer.Option("--upp", metavar="UPP", help="Their unit; default: the whole instansi.")
    ] = "",
    name: Annotated[str, typer.Option(help="Their name in lists; they may change it.")] = "",
) -> None:
    """Invite an official: print a link valid for seven days."""
    if role is Role.ADMIN and unit:
        raise SkmError("An admin is responsible for the whole instansi: leave out --upp.")

    async def run(settings: Settings, db: Database) -> tuple[str, str, list[str]]:
        upp = await find_unit(db, unit) if unit else None
        token = await _new_invitation(db, Invitation(role, upp.code if upp else None, name.strip()))
        about = upp.name if upp else settings.instansi
        return token, about, invitation_links(await links_of(settings), token)

    token, about, links = on_database(run)
    for line in (*links, PREFIX + token):
        say(line)
    note(f"For one person, as {role} of {about}: open a link, or type the code in the chat.")


async def _new_invitation(db: Database, invitation: Invitation) -> str:
    """Stores the invitation with an entry in the audit log; returns its token."""
    at = now()

    async def write(conn: AsyncConnection) -> str:
        await audit_log.add(conn, None, AuditEvent.INVITED, str(invitation), at)
        return await invitations.create(conn, invitation, at)

    return await db.write(write)


@app.command()
def login(
    official: Annotated[
        int, typer.Argument(help="Their number, as /petugas shows it; default: the first admin.")
    ] = 0,
) -> None:
    """Print a link that signs an official in to the work pages."""

    async def run(settings: Settings, db: Database) -> str:
        token = await db.write(lambda conn: _sign_in(conn, official, now()))
        return f"{settings.base_url}/kerja/masuk/{token}"

    say(on_database(run))
    note("For this person only. Opening the link shows a button, which signs in.")


async def _sign_in(conn: AsyncConnection, official: int, now: datetime) -> str:
    """Stores a sign-in link with an entry in the audit log; returns its token. Raises SkmError."""
    known = await officials.listed(conn)
    found = [one for one in known if (one.id == official if official else one.role is Role.ADMIN)]
    if not found:
        raise SkmError("There is no such official: invite one with `skm invite --role admin`.")
    about = f"#{found[0].id}"
    await audit_log.add(conn, None, AuditEvent.SIGNED_IN, about, now)
    return await sessions.offer(conn, found[0].id, now)


@app.command("invitations")
def show_invitations(
    revoke: Annotated[
        str, typer.Option("--revoke", metavar="NUMBER", help="End this one; it is in the list.")
    ] = "",
) -> None:
    """List the unused invitations, or revoke one."""

    async def run(settings: Settings, db: Database) -> list[list[str]]:
        if revoke:
            await db.write(lambda conn: _revoke(conn, revoke, now()))
        found = await db.read(lambda conn: invitations.open_ones(conn, now()))
        return [
            [
                one.number,
                str(one.invited),
                "operator" if one.official is None else f"#{one.official}",
                f"{one.expires_at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
            ]
            for one in found
        ]

    table(["Number", "Role", "By", "Valid until"], on_database(run))


async def _revoke(conn: AsyncConnection, number: str, now: datetime) -> None:
    """Ends an invitation with an entry in the audit log; raises SkmError for an unknown one."""
    revoked = await invitations.revoke(conn, number, now)
    if revoked is None:
        raise SkmError(f"No open invitation has the number {number}: see `skm invitations`.")
    about = f"{revoked.invited} ({revoked.number})"
    await audit_log.add(conn, None, AuditEvent.REVOKED, about, now)


@app.command("deliveries")
def show_deliveries(
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back.")] = 7,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send the failed ones again, with the same content.")
    ] = False,
) -> None:
    """List messages to officials, and why some failed."""

    async def run(settings: Settings, db: Database) -> tuple[list[list[str]], int]:
        found = await db.read(lambda conn: deliveries.listed(conn, now() - timedelta(days=days)))
        names = {one.id: one.name for one in await db.read(officials.listed)}
        failed = [one.id for one in found if one.state is DeliveryState.FAILED] if resend else []
        due = await db.write(lambda conn: _resend(conn, failed, now()))
        rows = [
            [
                f"{one.plan.due_at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                names.get(one.plan.official, f"#{one.plan.official}"),
                f"{one.plan.kind} {one.plan.about}",
                one.state,
                str(one.attempts),
                one.error or "",
            ]
            for one in found
        ]
        return rows, due

    rows, due = on_database(run)
    table(["Due", "Who", "What", "State", "Tries", "Why"], rows)
    if resend:
        note(f"{due} will be sent again with the same content.")


async def _resend(conn: AsyncConnection, failed: Sequence[int], now: datetime) -> int:
    """Makes failed messages due again, with an entry in the audit log; returns how many."""
    count = await deliveries.resend(conn, failed, now)
    if count:
        await audit_log.add(conn, None, AuditEvent.RESENT, str(count), now)
    return count


@app.command("unreadable")
def show_unreadable(
    days: Annotated[int, typer.Option(min=1, max=30, help="How far back.")] = 30,
) -> None:
    """List incoming messages that could not be processed.

    What is shown is the structure of a message, never its content; it is kept for 30 days.
    """

    async def run(settings: Settings, db: Database) -> list[list[str]]:
        found = await db.read(lambda conn: unreadable.listed(conn, now() - timedelta(days=days)))
        return [
            [
                f"{one.at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                one.message.channel,
                one.message.message_id,
                one.message.reason,
                one.message.shape,
            ]
            for one in found
        ]

    rows = on_database(run)
    table(["When", "Channel", "Message", "Why", "Shape"], rows)
    if not rows:
        note("Every message could be processed.")
