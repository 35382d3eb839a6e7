"""Codes of networks last for their day; what they showed is kept with the responses."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database
from skm.store.schema.survey import network, network_salt, network_share
from skm.store.survey import collectors, networks, responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, LOKET, NOW, TREE, call, given_by

KEY = b"the key of the deployment"


@pytest.fixture
async def city(db: Database) -> Database:
    """Five days on which everybody has a network of their own."""
    await db.write(call(upps.put, TREE))
    await db.write(call(collectors.add, LOKET, NOW))
    for back in range(1, 6):
        await answered(db, DAY - timedelta(days=back), [f"10.0.{back}.{n}" for n in range(12)])
        assert await db.write(call(networks.end_days, DAY - timedelta(days=back - 1))) == 0
    return db


async def answered(db: Database, day: date, sources: list[str]) -> None:
    rows = [
        (given_by(f"{day}-{number}", 3, collector=LOKET.code), day)
        for number in range(len(sources))
    ]
    await db.write(call(responses.insert_many, rows, SKM9))
    for (one, _), source in zip(rows, sources, strict=True):
        await db.write(call(networks.note, KEY, one.id, LOKET.code, day, source))


async def counted(conn: AsyncConnection) -> tuple[int, ...]:
    """Codes, salts, and days that are remembered as counts."""
    tables = (network, network_salt, network_share)
    found = [await conn.scalar(select(func.count()).select_from(one)) for one in tables]
    return tuple(n or 0 for n in found)


async def marked(db: Database) -> int:
    timed = await db.read(call(responses.timed, None, DAY, DAY + timedelta(days=1)))
    return sum(one.one_network for one in timed)


async def test_a_day_from_one_network_is_marked_when_it_is_over(city: Database) -> None:
    await answered(city, DAY, ["203.0.113.7"] * 15 + ["198.51.100.1", "198.51.100.2"])
    assert await city.write(call(networks.end_days, DAY)) == 0
    assert await city.read(counted) == (17, 1, 5)
    assert await city.write(call(networks.end_days, DAY + timedelta(days=1))) == 15
    assert await city.read(counted) == (0, 0, 6)
    assert await marked(city) == 15


async def test_many_networks_are_not_marked(city: Database) -> None:
    await answered(city, DAY, [f"203.0.113.{n}" for n in range(20)])
    assert await city.write(call(networks.end_days, DAY + timedelta(days=1))) == 0
    assert await marked(city) == 0


async def test_the_code_of_a_network_is_another_one_every_day(city: Database) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        await answered(city, day, ["203.0.113.7", "203.0.113.7"])
    codes = await city.read(call(AsyncConnection.scalars, select(network.c.code)))
    assert len(set(codes)) == 2


async def test_a_withdrawn_response_takes_its_code_with_it(city: Database) -> None:
    await answered(city, DAY, ["203.0.113.7"])
    await city.write(call(responses.delete_all, [f"{DAY}-0"]))
    assert (await city.read(counted))[0] == 0
