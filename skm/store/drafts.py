"""What an official is in the middle of writing down: what they type next belongs to it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema_officials import official
from skm.store.schema_periods import draft as table

LAPSES = timedelta(hours=1)  # then what is typed is taken for something else again


@dataclass(frozen=True)
class Draft:
    """A follow-up that is being planned, or (`finishing`) told to be done.

    `about`: unit, period and unsur, as they are typed after the command. `action`: what will be
    done, or the note of what was. What is asked for is the first that is missing: action, deadline,
    person; of what is done a note, or a photo, and when one of them has come only the other.
    `photographed`: the photo has.
    """

    official: int
    about: str
    finishing: bool = False
    photographed: bool = False
    action: str | None = None
    deadline: date | None = None

    @property
    def takes_text(self) -> bool:
        """Whether what is typed next belongs to it."""
        return not (self.finishing and self.action)

    def with_action(self, action: str) -> "Draft":
        return replace(self, action=action)

    def with_deadline(self, deadline: date) -> "Draft":
        return replace(self, deadline=deadline)


async def of(conn: AsyncConnection, official_id: int, now: datetime) -> Draft | None:
    """The open one of an official."""
    return await _found(conn, table.c.official_id == official_id, now)


async def of_person(conn: AsyncConnection, person: str, now: datetime) -> Draft | None:
    """The open one of whoever has this pseudonym."""
    return await _found(conn, official.c.person == person, now)


async def keep(conn: AsyncConnection, draft: Draft, now: datetime) -> None:
    """Instead of the one before, if there was one."""
    await drop(conn, draft.official)
    await conn.execute(
        insert(table).values(
            official_id=draft.official,
            about=draft.about,
            finishing=draft.finishing + draft.photographed,
            action=draft.action,
            deadline=draft.deadline,
            touched_at=now,
        )
    )


async def drop(conn: AsyncConnection, official_id: int) -> None:
    await conn.execute(delete(table).where(table.c.official_id == official_id))


async def _found(conn: AsyncConnection, who: ColumnElement[bool], now: datetime) -> Draft | None:
    query = (
        select(table)
        .select_from(table.join(official))
        .where(who, table.c.touched_at > now - LAPSES)
    )
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    finishing, photographed = row.finishing > 0, row.finishing > 1
    return Draft(row.official_id, row.about, finishing, photographed, row.action, row.deadline)
