"""Several processes on one PostgreSQL: everything is done once, and no write is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.upp import Upp
from skm.store.database import database, engine
from skm.store.database.database import Conflict, Database
from skm.store.database.migrate import migrate
from skm.store.survey import collectors, received, responses, rollup, tallies, upps, visits
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import Postgres
from tests.tools.store_city import DAY, LOKET, NOW, TREE, YEAR, call, given_by, visit_of

pytestmark = pytest.mark.postgres

REPLICAS = 4


@pytest.fixture
async def replicas(postgres_server: Postgres) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as stack:
        url = stack.enter_context(postgres_server.database())
        dbs = [await stack.enter_async_context(Database.open(url)) for _ in range(REPLICAS)]
        await dbs[0].write(call(upps.put, TREE))
        yield dbs


async def everywhere(dbs: list[Database], *asked: Any) -> list[Any]:
    """What each replica's write returned or raised, all at the same time."""
    writes = (db.write(call(*asked)) for db in dbs for _ in range(3))
    return list(await asyncio.gather(*writes, return_exceptions=True))


async def test_replicas_that_start_together_migrate_one_after_another(
    postgres_server: Postgres,
) -> None:
    url = postgres_server.empty()
    await asyncio.gather(*(asyncio.to_thread(migrate, url) for _ in range(REPLICAS)))
    async with Database.open(url) as db:
        assert await db.read(call(upps.listed)) == []
    postgres_server.drop(url)


async def test_a_redelivered_message_is_new_to_one_of_them(replicas: list[Database]) -> None:
    outcomes = await everywhere(replicas, received.first_time, "telegram", "7", NOW)
    assert outcomes.count(True) == 1
    assert outcomes.count(False) == len(outcomes) - 1


async def test_a_response_stored_by_all_at_once_counts_once(replicas: list[Database]) -> None:
    outcomes = await everywhere(replicas, responses.put, given_by("A", 3), SKM9, DAY)
    assert outcomes == [None] * len(outcomes)
    found = await replicas[1].read(call(tallies.of, "KOTA", *YEAR))
    assert found[SKM9.version].n == 1
    assert await replicas[2].read(rollup.count_differences) == 0


async def test_corrections_and_deletions_that_meet_leave_the_figures_right(
    replicas: list[Database],
) -> None:
    for round in range(5):
        said = [given_by(f"R{n}", 1 + (n + round) % 4, respondent="siti") for n in range(6)]
        works = [call(responses.put, one, SKM9, DAY) for one in said]
        works += [call(responses.forget, "siti")] * 2
        writes = (replicas[n % REPLICAS].write(work) for n, work in enumerate(works))
        await asyncio.gather(*writes)
        assert await replicas[0].read(rollup.count_differences) == 0


async def test_counting_anew_misses_nothing_that_another_stores_meanwhile(
    replicas: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    [(unit, code), *_] = await replicas[0].read(rollup.units)
    await replicas[0].write(call(responses.put, given_by("A", 3, code), SKM9, DAY))
    await replicas[0].write(lambda conn: conn.execute(text("UPDATE tally SET n = n + 1")))
    count, storing = rollup._recount, list[asyncio.Task[None]]()

    async def count_slowly(conn: AsyncConnection, unit: int) -> list[dict[str, Any]]:
        found = await count(conn, unit)
        late = replicas[1].write(
            call(responses.put, given_by(f"B{len(storing)}", 2, code), SKM9, DAY)
        )
        storing.append(asyncio.create_task(late))
        await asyncio.wait(storing, timeout=0.3)  # long enough, were it not kept waiting
        return found

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "_recount", count_slowly)
        assert await replicas[0].write(call(rollup.repair, unit)) == 2
    await asyncio.gather(*storing)
    assert await replicas[1].read(call(rollup.count_differences_of, unit)) == 0


async def test_two_imports_of_the_same_rows_in_another_order_do_not_block_each_other(
    replicas: list[Database],
) -> None:
    rows = [
        (given_by(f"R{n}", 1 + n % 4, TREE[n % 3].code), date(2026, 1 + n % 12, 1))
        for n in range(600)
    ]
    halves = rows[:300], rows[200:][::-1]
    writes = [
        db.write(call(responses.insert_many, half, SKM9))
        for db, half in zip(replicas, halves, strict=False)
    ]
    assert sum(await asyncio.gather(*writes)) == 600
    assert await replicas[0].read(rollup.count_differences) == 0


async def test_of_two_that_begin_a_visit_for_the_same_person_one_gets_a_conflict(
    replicas: list[Database],
) -> None:
    await replicas[0].write(call(collectors.add, LOKET, NOW))
    begun = (db.write(call(visits.add, visit_of(f"V{n}"))) for n, db in enumerate(replicas))
    outcomes = await asyncio.gather(*begun, return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == REPLICAS - 1


async def test_of_two_that_advance_a_visit_one_gets_a_conflict(
    replicas: list[Database],
) -> None:
    await replicas[0].write(call(collectors.add, LOKET, NOW))
    await replicas[0].write(call(visits.add, visit_of("V1")))
    loaded = [await db.read(call(visits.by_id, "V1")) for db in replicas]
    saves = (
        db.write(call(visits.save, replace(visit, touched_at=NOW)))
        for db, visit in zip(replicas, loaded, strict=True)
    )
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == REPLICAS - 1


async def test_work_that_met_a_deadlock_is_done_again(replicas: list[Database]) -> None:
    await replicas[0].write(call(upps.put, [Upp("A", "0"), Upp("B", "0")]))
    met = asyncio.Barrier(2)
    tries = 0

    async def both(conn: AsyncConnection, first: str, then: str) -> None:
        nonlocal tries
        tries += 1
        await conn.execute(text(f"UPDATE upp SET name = name || '{first}' WHERE code = '{first}'"))
        if tries <= 2:
            await met.wait()
        await conn.execute(text(f"UPDATE upp SET name = name || '{first}' WHERE code = '{then}'"))

    await asyncio.gather(
        replicas[0].write(call(both, "A", "B")), replicas[1].write(call(both, "B", "A"))
    )
    names = {unit.code: unit.name for unit in await replicas[0].read(call(upps.listed))}
    assert tries == 3
    assert {code: sorted(names[code]) for code in "AB"} == {c: ["0", "A", "B"] for c in "AB"}


async def test_a_connection_that_the_server_cut_is_replaced(replicas: list[Database]) -> None:
    db, other = replicas[:2]
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await db.write(call(upps.put, [Upp("A", "A")]))
    await other.write(lambda conn: conn.execute(cut))
    await db.write(call(upps.put, [Upp("B", "B")]))
    await other.write(lambda conn: conn.execute(cut))
    codes = {unit.code for unit in await db.read(call(upps.listed))}
    assert codes >= {"A", "B"}


async def test_connections_are_given_in_the_order_of_the_requests(
    postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "POOL", {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.1})
    monkeypatch.setattr(database, "CONNECTIONS", 2)
    with postgres_server.database() as url:
        async with Database.open(url) as db:

            async def slowly(conn: AsyncConnection) -> None:
                await conn.execute(text("SELECT pg_sleep(0.05)"))

            works = [db.write(slowly) for _ in range(20)] + [db.read(slowly) for _ in range(20)]
            assert await asyncio.gather(*works) == [None] * 40
