"""Puts the demo city into a database. Repeating it on the same day changes nothing."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.demo.city import City, city
from skm.demo.encounters import Encounter, Year
from skm.errors import SkmError
from skm.progress import Advance
from skm.store.database.database import Database
from skm.store.schema.survey import collector as collector_table
from skm.store.schema.survey import visit as visit_table
from skm.store.survey import collectors, responses, upps
from skm.survey.instrument import Instrument


async def seed(
    db: Database,
    instrument: Instrument,
    *,
    zone: tzinfo,
    now: datetime,
    advance: Advance = lambda units: None,
) -> None:
    """Stores the units, their collectors, and a year of encounters that ends now.

    Raises SkmError for a database with other units: examples are never mixed with real responses.
    `advance` is called with the number of units done.
    """
    made = city()
    await db.write(partial(_set_up, made=made, now=now))
    year = Year(made, instrument, zone, now)
    for unit in made.upps:
        encounters = list(year.at(unit))
        await db.write(partial(_store, encounters=encounters, instrument=instrument, zone=zone))
        advance(1)


async def _set_up(conn: AsyncConnection, made: City, now: datetime) -> None:
    others = {unit.code for unit in await upps.listed(conn)} - {unit.code for unit in made.upps}
    if others:
        raise SkmError(
            f"This database holds {len(others)} units that are not the demo's: seed an empty one."
        )
    await upps.put(conn, made.upps)
    known = {collector.code for collector in await collectors.listed(conn)}
    for collector in made.collectors:
        if collector.code not in known:
            await collectors.add(conn, collector, now)


async def _store(
    conn: AsyncConnection, encounters: list[Encounter], instrument: Instrument, zone: tzinfo
) -> None:
    given = [one.response for one in encounters if one.response]
    days = [(response, response.submitted_at.astimezone(zone).date()) for response in given]
    await responses.insert_many(conn, days, instrument)
    found = await conn.execute(select(collector_table.c.code, collector_table.c.id))
    ids = {row.code: row.id for row in found}
    wanted = [one.visit.id for one in encounters if one.visit]
    query = select(visit_table.c.id).where(visit_table.c.id.in_(wanted))
    known = set((await conn.scalars(query)).all())
    new = [row for row in _rows(encounters, ids) if row["id"] not in known]
    if new:
        await conn.execute(insert(visit_table), new)


def _rows(encounters: list[Encounter], ids: dict[str, int]) -> Iterator[dict[str, object]]:
    """Closed visits as the table keeps them, without the answers. `ids`: by collector code."""
    for one in encounters:
        if one.visit:
            yield {
                "id": one.visit.id,
                "version": 1,
                "collector_id": ids[one.visit.collector.code],
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
