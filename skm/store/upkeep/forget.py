"""Changes the pseudonym of a person in all tables, or deletes what the person gave.

Pseudonyms are made with a key (skm/privacy/pseudonym.py), so a new key gives everybody a new one;
so does a messenger that begins to name a person by another id.
"""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.delivery import DeliveryKind
from skm.store.database.upsert import insert_missing
from skm.store.officials import deliveries
from skm.store.schema.officials import confirmation, official
from skm.store.schema.survey import deletion, response, ticket, visit
from skm.store.survey import responses, visits

HELD = (visit.c.respondent, response.c.respondent, official.c.person, confirmation.c.person)
"""The columns that hold pseudonyms."""


async def any_known(conn: AsyncConnection, persons: Sequence[str]) -> bool:
    """Whether anything is stored under one of these pseudonyms."""
    stored = [select(column).where(column.in_(persons)).exists() for column in HELD]
    return bool(await conn.scalar(select(or_(*stored))))


async def rekey(conn: AsyncConnection, old: str, new: str) -> None:
    """Replaces a pseudonym everywhere.

    An open visit keeps the old one if the new one has an open visit: only one may be open.
    """
    begun = visit.alias()
    two = select(begun.c.id).where(begun.c.respondent == new, begun.c.closed_at.is_(None)).exists()
    movable = (visit.c.respondent == old) & (visit.c.closed_at.is_not(None) | ~two)
    await conn.execute(update(visit).where(movable).values(respondent=new))
    await conn.execute(update(response).where(response.c.respondent == old).values(respondent=new))
    for unique in (official.c.person, confirmation.c.person):
        other = unique.table.alias()
        known = select(other.c.person).where(other.c.person == new).exists()
        await conn.execute(update(unique.table).where(unique == old, ~known).values(person=new))


async def forget(conn: AsyncConnection, person: str) -> int:
    """Deletes what a citizen gave, also from the figures; returns the number of surveys.

    The row of an official is not deleted.
    """
    await _record(conn, await surveys_of(conn, person))
    begun = await visits.forget(conn, person)
    finished = await responses.forget(conn, person)
    return await _deleted(conn, begun, finished)


async def delete(conn: AsyncConnection, receipts: Sequence[str]) -> int:
    """The same for surveys that are given by their receipt numbers."""
    await _record(conn, receipts)
    begun = await visits.delete_all(conn, receipts)
    finished = await responses.delete_all(conn, receipts)
    return await _deleted(conn, begun, finished)


async def _record(conn: AsyncConnection, receipts: Sequence[str]) -> None:
    """Keeps digests of the receipt numbers (see deletions.py). A ticket stays spent, without the
    receipt for which.
    """
    if receipts:
        rows = [{"digest": digest_of(receipt)} for receipt in receipts]
        await conn.execute(insert_missing(conn, deletion), rows)
        spent = update(ticket).where(ticket.c.spent_by.in_(receipts))
        await conn.execute(spent.values(spent_by=None))


async def _deleted(conn: AsyncConnection, begun: int, finished: int) -> int:
    """Returns the number of finished surveys, or else of begun ones. A digest that was composed and
    not yet sent is composed again, since it may quote a comment.
    """
    if finished:
        await deliveries.unfreeze(conn, DeliveryKind.DIGEST)
    return finished or begun


def digest_of(receipt: str) -> str:
    """What is kept of a deleted survey: SHA-256 of its random number, cut to 32 hex digits."""
    return sha256(receipt.encode()).hexdigest()[:32]


async def surveys_of(conn: AsyncConnection, person: str) -> list[str]:
    """The receipt numbers of a citizen's surveys, begun and finished."""
    begun = await conn.scalars(select(visit.c.id).where(visit.c.respondent == person))
    finished = await conn.scalars(select(response.c.id).where(response.c.respondent == person))
    return sorted({*begun, *finished})
