"""What is kept of one person, wherever it lies: found again under another key, or forgotten.

A person is a pseudonym (skm.visit.pseudonym), so a change of the key gives everybody a new one.
"""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.delivery import Kind
from skm.store import deliveries, responses, visits
from skm.store.schema import response, ticket, visit
from skm.store.schema_officials import official


async def rekey(conn: AsyncConnection, old: str, new: str) -> None:
    """Whoever was known by the old pseudonym is known by the new one, officials as well.

    A visit that is still open waits where there is one under the new pseudonym as well.
    """
    begun = visit.alias()
    two = select(begun.c.id).where(begun.c.respondent == new, begun.c.closed_at.is_(None)).exists()
    movable = (visit.c.respondent == old) & (visit.c.closed_at.is_not(None) | ~two)
    await conn.execute(update(visit).where(movable).values(respondent=new))
    await conn.execute(update(response).where(response.c.respondent == old).values(respondent=new))
    other = official.alias()
    known = select(other.c.id).where(other.c.person == new).exists()
    await conn.execute(update(official).where(official.c.person == old, ~known).values(person=new))


async def forget(conn: AsyncConnection, person: str) -> int:
    """Delete what a citizen gave, out of the figures as well; how many surveys.

    A ticket stays spent and no longer tells on what. A digest that quotes a comment and has not
    arrived is worded anew. That somebody is an official is not theirs to take back here.
    """
    ids = await _surveys(conn, person)
    await conn.execute(update(ticket).where(ticket.c.spent_by.in_(ids)).values(spent_by=None))
    begun = await visits.forget(conn, person)
    finished = await responses.forget(conn, person)
    if finished:
        await deliveries.thaw(conn, Kind.DIGEST)
    return finished or begun


async def _surveys(conn: AsyncConnection, person: str) -> list[str]:
    begun = await conn.scalars(select(visit.c.id).where(visit.c.respondent == person))
    finished = await conn.scalars(select(response.c.id).where(response.c.respondent == person))
    return list({*begun, *finished})
