"""Officials, from the operator's side: the first admin is invited here, and the log read."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import note, say, table
from skm.errors import SkmError
from skm.official import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.settings import Settings
    from skm.closing import Verification
    from skm.store.database import Database
    from skm.store.log import Entry


async def invite(
    settings: "Settings", db: "Database", role: Role, unit: str, name: str
) -> tuple[str, str]:
    """The token of a new invitation, and for whom it is."""
    from bot import operator
    from skm.official import Deed, Invitation
    from skm.store import invitations, log

    if role is Role.ADMIN and unit:
        raise SkmError("An admin is one of the whole instansi: leave out --upp, or use officer.")
    meant = await operator.unit(db, unit) if unit else None
    invited, now = Invitation(role, meant.code if meant else None, name.strip()), operator.now()

    async def write(conn: "AsyncConnection") -> str:
        await log.add(conn, None, Deed.INVITED, str(invited), now)
        return await invitations.create(conn, invited, now)

    return await db.write(write), meant.name if meant else settings.instansi


def show_log(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many entries.")] = 50,
) -> None:
    """Who did what, newest first: enrolments, reports, files, changes, refusals."""
    from bot import operator
    from skm.store import log

    async def run(settings: "Settings", db: "Database") -> "tuple[Settings, list[Entry]]":
        return settings, await db.read(lambda conn: log.newest(conn, limit))

    settings, entries = operator.on_database(run)
    table(
        ["When", "Who", "Did", "What"],
        [
            [
                f"{entry.at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                entry.name or ("operator" if entry.official is None else f"#{entry.official}"),
                entry.deed,
                entry.about,
            ]
            for entry in entries
        ],
    )


def show_deliveries(
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back.")] = 7,
    resend: Annotated[
        bool, typer.Option("--resend", help="Make the failed ones due again.")
    ] = False,
) -> None:
    """What went out to officials, what failed and why; --resend repeats only the failed."""
    from datetime import timedelta

    from bot import operator
    from skm.delivery import Delivery, State
    from skm.store import deliveries, officials

    async def run(
        settings: "Settings", db: "Database"
    ) -> "tuple[Settings, dict[int, str], list[Delivery], int]":
        since = operator.now() - timedelta(days=days)
        found = await db.read(lambda conn: deliveries.listed(conn, since))
        names = {one.id: one.name for one in await db.read(officials.listed)}
        failed = [one.id for one in found if one.state is State.FAILED] if resend else []
        due = await db.write(lambda conn: deliveries.again(conn, failed, operator.now()))
        return settings, names, found, due

    settings, names, found, due = operator.on_database(run)
    table(
        ["Due", "Who", "What", "State", "Tries", "Why"],
        [
            [
                f"{one.plan.due_at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                names.get(one.plan.official, f"#{one.plan.official}"),
                f"{one.plan.kind} {one.plan.about}",
                one.state,
                str(one.attempts),
                one.error or "",
            ]
            for one in found
        ],
    )
    if resend:
        note(f"{due} will be sent again with the content they had.")


def show_aside(
    days: Annotated[int, typer.Option(min=1, max=30, help="How far back.")] = 30,
) -> None:
    """Messages that could not be taken, and of what shape they were; they are kept for 30 days."""
    from datetime import timedelta

    from bot import operator
    from skm.aside import Kept
    from skm.store import asides

    async def run(settings: "Settings", db: "Database") -> "tuple[Settings, list[Kept]]":
        since = operator.now() - timedelta(days=days)
        return settings, await db.read(lambda conn: asides.listed(conn, since))

    settings, found = operator.on_database(run)
    table(
        ["When", "Channel", "Message", "Why", "Shape"],
        [
            [
                f"{one.at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                one.aside.channel,
                one.aside.message,
                one.aside.reason,
                one.aside.shape,
            ]
            for one in found
        ],
    )
    if not found:
        note("Nothing was kept aside.")


def verify(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="A closed one, such as 2026-Q3.")],
) -> None:
    """Recompute a closed period and compare; ends with 1 if something differs."""
    from bot import operator
    from skm.period import Period
    from skm.store import closings

    span = Period.parse(period)

    async def run(settings: "Settings", db: "Database") -> "Verification":
        return await db.read(lambda conn: closings.verify(conn, span))

    found = operator.on_database(run)
    say(
        f"{span}: {found.counted} responses were counted; {found.withdrawn} were withdrawn since,"
        f" {found.late} came late. SHA-256 {found.head.sha256}"
    )
    for difference in found.differences:
        say(f"differs: {difference}")
    if found.differences:
        raise typer.Exit(1)
    say("It is as it was closed.")
