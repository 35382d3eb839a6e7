"""Responses partitioned by year: the same responses, and the same results of every query."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.housekeeping import housekeeping
from skm.errors import SkmError
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.survey import responses, rollup, upps
from skm.store.upkeep import partition
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import a_desk
from tests.tools.databases import Postgres, sqlite_in
from tests.tools.store_city import DAY, TREE, YEAR, call, given_by

pytestmark = pytest.mark.postgres

EACH = [date(2024, 12, 31), date(2025, 1, 1), DAY, date(2026, 12, 31), date(2031, 5, 5)]
CATALOGUE = {
    "columns": "SELECT column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_name = 'response' ORDER BY ordinal_position",
    "foreign keys": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = 'response'::regclass AND contype = 'f' ORDER BY 1",
    "indexes": "SELECT indexname, replace(indexdef, ' ONLY ', ' ') FROM pg_indexes"
    " WHERE tablename = 'response' AND indexname <> 'pk_response' ORDER BY 1",
}


@pytest.fixture
def whole(postgres_server: Postgres) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


async def queried(db: Database, sql: str) -> list[tuple[object, ...]]:
    found = await db.read(lambda conn: conn.execute(text(sql)))
    return [tuple(row) for row in found]


async def parts(db: Database) -> dict[str, int]:
    """How many responses each part holds."""
    rows = await queried(db, "SELECT tableoid::regclass::text, count(*) FROM response GROUP BY 1")
    return {str(name): int(str(n)) for name, n in rows}


async def answered(db: Database) -> None:
    await db.write(call(upps.put, TREE))
    rows = [(given_by(f"R{n}", 1 + n % 4, respondent=f"w{n}"), day) for n, day in enumerate(EACH)]
    await db.write(call(responses.insert_many, rows, SKM9))


async def test_what_was_answered_is_divided_by_year_and_stays_the_same(whole: str) -> None:
    async with Database.open(whole) as db:
        await answered(db)
        before = await queried(db, "SELECT * FROM response ORDER BY id")
        catalogue = {what: await queried(db, sql) for what, sql in CATALOGUE.items()}
        steps = list[int]()
        assert await db.write(call(partition.by_year, DAY, steps.append)) == len(EACH)
        assert steps == [1, 1, 2, 1]
        assert await queried(db, "SELECT * FROM response ORDER BY id") == before
        assert {what: await queried(db, sql) for what, sql in CATALOGUE.items()} == catalogue
        assert await parts(db) == {
            "response_2024": 1, "response_2025": 1, "response_2026": 2, "response_2031": 1,
        }  # fmt: skip
        assert await db.read(rollup.count_differences) == 0


async def test_dividing_again_changes_nothing(whole: str) -> None:
    async with Database.open(whole) as db:
        await answered(db)
        await db.write(call(partition.by_year, DAY))
        before = await parts(db)
        assert await db.write(call(partition.by_year, DAY)) == 0
        assert await parts(db) == before
    migrate(whole)
    async with Database.open(whole):
        pass


async def test_what_goes_wrong_halfway_leaves_it_whole(
    whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(conn: AsyncConnection, today: date) -> list[int]:
        raise SkmError("halfway")

    monkeypatch.setattr(partition, "_ahead", broken)
    async with Database.open(whole) as db:
        await answered(db)
        with pytest.raises(SkmError, match="halfway"):
            await db.write(call(partition.by_year, DAY))
        assert not await db.read(partition.is_by_year)
        assert await parts(db) == {"response": len(EACH)}


async def test_responses_of_a_year_without_a_partition_are_in_the_default_one_until_it_has_its_own(
    whole: str,
) -> None:
    async with Database.open(whole) as db:
        await db.write(call(partition.by_year, DAY))
        await answered(db)
        assert (await parts(db))[partition.REST] == 3
        assert await db.write(call(partition.ahead, date(2031, 1, 2))) == [2031, 2032]
        assert await parts(db) == {"response_2026": 2, "response_2031": 1, partition.REST: 2}
        assert await db.write(call(partition.ahead, date(2031, 1, 2))) == []
        assert await db.read(rollup.count_differences) == 0
        assert await db.write(call(responses.forget, "w4")) == 1


async def test_the_clock_makes_next_years_part_before_it_is_needed(whole: str) -> None:
    async with Database.open(whole) as db:
        await db.write(call(partition.by_year, DAY))
    async with a_desk(whole) as desk:
        desk.time.at += timedelta(days=366)
        [duty] = [one for one in housekeeping(desk.inbox, 0) if one.name == "part of next year"]
        await duty.run()
        found = await queried(desk.db, "SELECT to_regclass('response_2028')::text")
        assert found == [("response_2028",)]
        await duty.run()


async def test_only_what_a_question_is_about_is_looked_through(whole: str) -> None:
    async with Database.open(whole) as db:
        await answered(db)
        await db.write(call(partition.by_year, DAY))
        plan = await queried(
            db,
            "EXPLAIN SELECT count(*) FROM response"
            f" WHERE upp_id = 1 AND day >= '{YEAR[0]}' AND day < '{YEAR[1]}'",
        )
    said = " ".join(str(line) for line in plan)
    assert "response_2026" in said
    assert not [other for other in ("2024", "2025_", "2031", "rest") if f"response_{other}" in said]


async def test_a_file_cannot_be_divided(tmp_path: Path) -> None:
    async with Database.open(sqlite_in(tmp_path)) as db:
        with pytest.raises(SkmError, match="Only PostgreSQL keeps responses by year"):
            await db.write(partial(partition.by_year, today=DAY))
        assert await db.write(call(partition.ahead, DAY)) == []
