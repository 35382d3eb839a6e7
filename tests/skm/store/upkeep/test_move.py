"""A deployment moves between databases whole and the same, or not at all."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import opened
from bot.running.settings import Settings
from skm.demo.seed import seed
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.progress import Advance
from skm.store.database.database import Database, StoreError
from skm.store.database.migrate import migrate
from skm.store.officials import officials
from skm.store.periods import closings
from skm.store.schema import ALL
from skm.store.schema.survey import response
from skm.store.survey import rollup, upps
from skm.store.upkeep import move, same_figures
from skm.store.upkeep.move import Moved, MoveError
from tests.conftest import Fresh
from tests.tools.chat import Desk, a_desk
from tests.tools.databases import Postgres
from tests.tools.officials_city import settle
from tests.tools.store_city import NOW, call

OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
NEWER = text("UPDATE alembic_version SET version_num = '9999'")
Q3 = Period.parse("2026-Q3")


@contextmanager
def no_bar(what: str, total: float) -> Iterator[Callable[[int], None]]:
    yield lambda steps: None


async def lives(desk: Desk) -> None:
    """Something in every corner: officials, a draft, a closed quarter, an open visit."""
    await settle(desk)
    await desk.db.write(call(closings.close, Q3, OCTOBER.date(), OCTOBER, None))
    sri = await desk.official("officer", "DINKES", "Sri")
    await sri.types("/langganan")
    await desk.invitation("viewer", None)
    await (await desk.chat().opens("PAJANG")).answers_all()
    await desk.chat().opens("PAJANG")
    # a unit that was there before the one it now stands below
    await desk.db.write(call(upps.put, [Upp("BARU", "Dinas Baru")]))
    await desk.db.write(call(upps.put, [Upp("DINKES", "Dinas Kesehatan", "BARU")]))


@pytest.fixture
async def lived_in(database_url: str) -> str:
    async with a_desk(database_url) as desk:
        await lives(desk)
    return database_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Nothing is in it, not even a table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'target.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.empty()
    yield url
    server.drop(url)


async def moved(source: str, target: str) -> Moved:
    return await move.move(source, target, no_bar)


async def rows(url: str) -> dict[str, set[tuple[object, ...]]]:
    async def read(conn: AsyncConnection) -> dict[str, set[tuple[object, ...]]]:
        return {
            table.name: {tuple(row) for row in await conn.execute(select(table))} for table in ALL
        }

    async with Database.open(url) as db:
        return await db.read(read)


# --- what is moved -------------------------------------------------------------------------------


async def test_everything_is_there_and_nothing_else(lived_in: str, target: str) -> None:
    before = await rows(lived_in)
    assert sum(bool(held) for held in before.values()) >= 12
    done = await moved(lived_in, target)
    assert await rows(target) == before == await rows(lived_in)
    assert done.rows == sum(len(held) for held in before.values())
    assert (done.tables, done.proof.closings, done.proof.differences) == (len(ALL), 1, ())
    assert {"2026", "2026-Q3", "2026-08", "2026-W45"} <= set(map(str, await _periods(target)))


async def _periods(url: str) -> list[Period]:
    async with Database.open(url) as db:
        return await db.read(same_figures._periods)


async def test_life_goes_on_there(lived_in: str, target: str) -> None:
    await moved(lived_in, target)
    async with a_desk(target, empty=True) as desk:
        desk.ids = count(1000)  # messages that were not heard before
        await (await desk.chat("somebody-new").opens("PAJANG")).answers_all()
        budi = await desk.official("officer", "PAJANG", "Budi")
        await budi.types("/report")
        found = await desk.db.read(officials.listed)
        assert len({one.id for one in found}) == len(found) == 2
        assert await desk.db.read(call(rollup.count_differences)) == 0


async def test_there_and_back_again_is_where_it_was(
    lived_in: str, target: str, fresh: Fresh
) -> None:
    await moved(lived_in, target)
    with fresh() as back:
        await moved(target, back)
        assert await rows(back) == await rows(lived_in)


async def test_an_empty_deployment_moves_too(database_url: str, target: str) -> None:
    assert (await moved(database_url, target)).rows == 0


@pytest.mark.thorough
@pytest.mark.takes_long
async def test_the_demo_city_moves_with_every_figure(database_url: str, target: str) -> None:
    settings = Settings(database_url=database_url, secret_key="k" * 32, _env_file=None)
    async with opened(settings) as app:
        await seed(app.db, app.inbox.instrument, zone=settings.zone, now=NOW)
    done = await moved(database_url, target)
    assert done.rows > 50_000
    assert done.proof.reports > 70 * (1 + 2 * 155)


# --- what is not moved ---------------------------------------------------------------------------


async def refusal(source: str, target: str) -> str:
    with pytest.raises(MoveError) as caught:
        await moved(source, target)
    assert caught.value.__cause__ is None
    return str(caught.value)


async def test_nothing_is_added_to_what_is_there(lived_in: str, target: str) -> None:
    await moved(lived_in, target)
    before = await rows(target)
    assert "--to: it holds data already" in await refusal(lived_in, target)
    assert await rows(target) == before


async def test_a_deployment_that_is_served_is_not_moved(lived_in: str, target: str) -> None:
    async with Database.open(lived_in):
        error = await refusal(lived_in, target)
    assert re.match("--from: (Another process holds|somebody is connected to)", error)
    await moved(lived_in, target)


async def test_of_another_version_nothing_is_moved(database_url: str, target: str) -> None:
    async with Database.open(database_url) as db:
        await db.write(lambda conn: conn.execute(NEWER))
    assert "--from: The database was written by a newer version" in await refusal(
        database_url, target
    )


async def test_of_a_target_of_another_version_nothing_is_changed(
    lived_in: str, target: str
) -> None:
    migrate(target)
    async with Database.open(target) as db:
        await db.write(lambda conn: conn.execute(NEWER))
    assert "--to: The database was written by a newer version" in await refusal(lived_in, target)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("sqlite+aiosqlite:///tiada.db", "--from: there is no file tiada.db."),
        ("postgresql+asyncpg://u:hush@127.0.0.1:1/skm", "--from: PostgreSQL cannot be reached"),
        ("postgres://u:hush@host/skm", "--from: Write SKM_DATABASE_URL like"),
        ("mysql://u:hush@host/skm", "--from: Write SKM_DATABASE_URL like"),
        ("apa saja", "--from: Write SKM_DATABASE_URL like"),
    ],
)
async def test_a_url_without_a_database_is_reported_without_its_password(
    tmp_path: Path, source: str, said: str
) -> None:
    file = tmp_path / "target.db"
    error = await refusal(source, f"sqlite+aiosqlite:///{file}")
    assert said in error
    assert "hush" not in error
    assert not file.exists()


async def test_a_target_that_cannot_be_reached_is_reported(lived_in: str) -> None:
    error = await refusal(lived_in, "postgresql+asyncpg://u:hush@127.0.0.1:1/skm")
    assert "--to: PostgreSQL cannot be reached" in error
    assert "same database" in await refusal(lived_in, lived_in)


# --- when something differs or ends too early ----------------------------------------------------


async def test_a_row_that_arrives_otherwise_is_found_and_nothing_is_stored(
    lived_in: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = same_figures.checksum

    async def forged(
        conn: AsyncConnection, table: Table, advance: Advance
    ) -> same_figures.Checksum:
        if table is response:
            await conn.execute(text("UPDATE response SET language = 'xx' WHERE upp_id = 1"))
        return await checked(conn, table, advance)

    monkeypatch.setattr(same_figures, "checksum", forged)
    assert "response differs from what was copied" in await refusal(lived_in, target)
    assert not any((await rows(target)).values())


@pytest.mark.takes_long
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE upp SET population = 7 WHERE code = 'PAJANG'", "PAJANG: the reports differ"),
        ("UPDATE tally SET u1_4 = u1_4 + 1, u1_3 = u1_3 - 1", "2026-Q4, all units: the report"),
        ("UPDATE tally SET u1_4 = u1_4 + 1, u1_3 = u1_3 - 1", "rows of the rollup do not"),
        ("UPDATE closing SET content = '{}'", "2026-Q3: `skm verify` has another result"),
    ],
)
async def test_a_figure_that_differs_is_reported_and_nothing_is_stored(
    lived_in: str, target: str, monkeypatch: pytest.MonkeyPatch, change: str, said: str
) -> None:
    async def forged(conn: AsyncConnection, *rest: object) -> None:
        await conn.execute(text(change))

    monkeypatch.setattr(move, "_check_copies", forged)
    assert said in await refusal(lived_in, target)
    assert not any((await rows(target)).values())


PROGRAM = """
import os, signal, sys
from skm.store.upkeep import move

copied = move._copy
left = int(os.environ["DEADLY_TABLE"])
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever started us may ignore it

async def deadly(source, target, table, advance):
    global left
    left -= 1
    found = await copied(source, target, table, advance)
    if left == 0:
        os.kill(os.getpid(), int(os.environ["SIGNAL"]))
    return found

move._copy = deadly
os.environ["SKM_DATABASE_URL"] = os.environ["SOURCE"]
sys.argv = ["skm", "move", "--to", "-"]
from bot.__main__ import main
main()
"""


@pytest.mark.thorough
@pytest.mark.takes_long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("table", [5, len(ALL)])
async def test_a_move_that_was_interrupted_leaves_nothing_and_is_repeated(
    lived_in: str, target: str, how: signal.Signals, table: int
) -> None:
    given = {
        "SOURCE": lived_in,
        "SKM_SECRET_KEY": "k" * 32,
        "DEADLY_TABLE": str(table),
        "SIGNAL": str(int(how)),
    }
    run = partial(
        subprocess.run, [sys.executable, "-c", PROGRAM], env=os.environ | given,
        cwd=Path(__file__).parents[4], capture_output=True, text=True, input=target,
    )  # fmt: skip
    ended = await asyncio.to_thread(run)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    if how is signal.SIGINT:
        assert "Stopped. Nothing was moved" in ended.stderr
    assert not any((await rows(target)).values())
    done = await moved(lived_in, target)
    assert done.rows > 200


async def test_while_it_moves_other_writes_wait(lived_in: str, target: str) -> None:
    async def late() -> None:
        async with Database.open(lived_in) as db, asyncio.timeout(1):
            await db.write(call(upps.put, [Upp("TELAT", "Terlambat")]))

    seen = list[str]()

    @contextmanager
    def watched(what: str, total: float) -> Iterator[Callable[[int], None]]:
        seen.append(what)
        if what == "Reading back":
            with ThreadPoolExecutor(1) as pool, pytest.raises((TimeoutError, StoreError)):
                pool.submit(asyncio.run, late()).result()
        yield lambda steps: None

    await move.move(lived_in, target, watched)
    assert seen == ["Copying", "Reading back", "Comparing reports", "Verifying closed periods"]
    assert await rows(lived_in) == await rows(target)
