"""Putting the demo city into a database. Repeating it the same day changes nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instrument import Instrument
from skm.store import collectors, responses, upps
from skm.store.database import Database
from skm.store.demo.city import City, city
from skm.store.demo.encounters import Encounter, Year
from skm.store.schema import collector, visit

CHUNK = 2000

Advance = Callable[[int], None]


async def seed(
    db: Database,
    instrument: Instrument,
    *,
    zone: tzinfo,
    now: datetime,
    advance: Advance = lambda responses: None,
) -> None:
    """The units, their collectors, and a year of encounters that ends now.

    Raises SkmError for a database that holds other units: examples and answers are never mixed.
    `advance` is told the encounters that were stored.
    """
    made = city()
    await db.write(lambda conn: _found(conn, made, now))
    encounters = Year(made, instrument, zone, now).encounters()
    while chunk := list(islice(encounters, CHUNK)):
        await db.write(partial(_lived, chunk=chunk, instrument=instrument, zone=zone))
        advance(len(chunk))


async def _found(conn: AsyncConnection, made: City, now: datetime) -> None:
    strange = {unit.code for unit in await upps.listed(conn)} - {unit.code for unit in made.upps}
    if strange:
        raise SkmError(
            f"This database holds {len(strange)} units that are not the demo's: seed an empty one."
        )
    await upps.put(conn, made.upps)
    there = {way.code for way in await collectors.listed(conn)}
    for way in made.collectors:
        if way.code not in there:
            await collectors.add(conn, way, now)


async def _lived(
    conn: AsyncConnection, chunk: list[Encounter], instrument: Instrument, zone: tzinfo
) -> None:
    given = [lived.response for lived in chunk if lived.response]
    days = [(said, said.submitted_at.astimezone(zone).date()) for said in given]
    await responses.insert_many(conn, days, instrument)
    ways = dict((await conn.execute(select(collector.c.code, collector.c.id))).tuples().all())
    ids = [lived.visit.id for lived in chunk if lived.visit]
    there = set((await conn.scalars(select(visit.c.id).where(visit.c.id.in_(ids)))).all())
    rows = [row for row in _rows(chunk, ways) if row["id"] not in there]
    if rows:
        await conn.execute(insert(visit), rows)


def _rows(chunk: list[Encounter], ways: dict[str, int]) -> Iterator[dict[str, object]]:
    """Closed visits as the table keeps them: how they ended, nothing of what was said."""
    for lived in chunk:
        if lived.visit:
            yield {
                "id": lived.visit.id,
                "version": 1,
                "collector_id": ways[lived.visit.collector.code],
                "respondent": lived.visit.respondent,
                "channel": lived.visit.channel,
                "mode": lived.visit.mode,
                "instrument": lived.visit.instrument,
                "language": lived.visit.interview.language,
                "opened_at": lived.visit.opened_at,
                "touched_at": lived.visit.touched_at,
                "closed_at": lived.closed_at,
                "disposition": lived.visit.interview.ended,
                "broke_off_at": lived.broke_off_at,
            }
