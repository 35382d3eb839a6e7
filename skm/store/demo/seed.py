"""Putting the demo city into a database. Repeating it the same day changes nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instrument import Instrument
from skm.store import collectors, responses, upps
from skm.store.database import Database
from skm.store.demo.city import City, city
from skm.store.demo.encounters import Encounter, Year
from skm.store.schema import collector, visit

Advance = Callable[[int], None]


async def seed(
    db: Database,
    instrument: Instrument,
    *,
    zone: tzinfo,
    now: datetime,
    advance: Advance = lambda units: None,
) -> None:
    """The units, their collectors, and a year of encounters that ends now.

    Raises SkmError for a database that holds other units: examples and answers are never mixed.
    `advance` is told the units that were done.
    """
    made = city()
    await db.write(partial(_found, made=made, now=now))
    year = Year(made, instrument, zone, now)
    for unit in made.upps:
        lived = list(year.at(unit))
        await db.write(partial(_lived, lived=lived, instrument=instrument, zone=zone))
        advance(1)


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
    conn: AsyncConnection, lived: list[Encounter], instrument: Instrument, zone: tzinfo
) -> None:
    given = [one.response for one in lived if one.response]
    days = [(said, said.submitted_at.astimezone(zone).date()) for said in given]
    await responses.insert_many(conn, days, instrument)
    found = await conn.execute(select(collector.c.code, collector.c.id))
    ways = {way.code: way.id for way in found}
    ids = [one.visit.id for one in lived if one.visit]
    there = set((await conn.scalars(select(visit.c.id).where(visit.c.id.in_(ids)))).all())
    fresh = [row for row in _rows(lived, ways) if row["id"] not in there]
    if fresh:
        await conn.execute(insert(visit), fresh)


def _rows(lived: list[Encounter], ways: dict[str, int]) -> Iterator[dict[str, object]]:
    """Closed visits as the table keeps them: how they ended, nothing of what was said."""
    for one in lived:
        if one.visit:
            yield {
                "id": one.visit.id,
                "version": 1,
                "collector_id": ways[one.visit.collector.code],
                "respondent": one.visit.respondent,
                "channel": one.visit.channel,
                "mode": one.visit.mode,
                "instrument": one.visit.instrument,
                "language": one.visit.interview.language,
                "opened_at": one.visit.opened_at,
                "touched_at": one.visit.touched_at,
                "closed_at": one.closed_at,
                "disposition": one.visit.interview.ended,
                "broke_off_at": one.broke_off_at,
            }
