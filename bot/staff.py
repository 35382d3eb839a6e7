"""Officials, from the operator's side: the first admin is invited here, and the log read."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import table
from skm.errors import SkmError
from skm.official import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.settings import Settings
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
