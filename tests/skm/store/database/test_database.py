"""Work is stored whole or not at all, and who only reads never waits and sees one state."""

import asyncio
import traceback
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.upp import Upp
from skm.store.database.database import Database, StoreError
from skm.store.database.migrate import migrate
from skm.store.survey import received, responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, NOW, call, given_by


async def _taken(message: str, conn: AsyncConnection) -> bool:
    """Whether it was new."""
    return await received.first_time(conn, "t", message, NOW)


async def test_work_that_fails_takes_back_only_itself(db: Database) -> None:
    async def fails(conn: AsyncConnection) -> None:
        await upps.put(conn, [Upp("GONE", "taken back")])
        raise ValueError("no")

    async def works(conn: AsyncConnection, number: int) -> None:
        await upps.put(conn, [Upp(f"U{number}", "kept")])

    async def write(number: int) -> object:
        try:
            if number % 3 == 0:
                return await db.write(fails)
            return await db.write(lambda conn: works(conn, number))
        except ValueError as error:
            return error

    outcomes = await asyncio.gather(*(write(number) for number in range(12)))
    assert sum(isinstance(outcome, ValueError) for outcome in outcomes) == 4
    kept = await db.read(upps.listed)
    assert sorted(unit.code for unit in kept) == sorted(f"U{n}" for n in range(12) if n % 3)


async def test_writes_that_queue_up_are_all_done_before_it_closes(database_url: str) -> None:
    async with Database.open(database_url) as db:
        waiting = [
            asyncio.create_task(db.write(partial(_taken, str(number)))) for number in range(50)
        ]
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*waiting))


async def test_a_caller_who_gave_up_does_not_stop_the_others(db: Database) -> None:
    first = asyncio.create_task(db.write(upps.listed))
    others = [asyncio.create_task(db.write(upps.listed)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [[]] * 5


async def test_a_message_counts_as_new_once_however_often_it_comes(db: Database) -> None:
    async def comes(_: int) -> bool:
        return await db.write(lambda conn: received.first_time(conn, "telegram", "7", NOW))

    assert sum(await asyncio.gather(*map(comes, range(10)))) == 1


async def test_messages_that_are_old_enough_are_forgotten(db: Database) -> None:
    await db.write(partial(_taken, "7"))
    assert await db.write(call(received.purge, NOW)) == 0
    assert await db.write(call(received.purge, NOW + timedelta(seconds=1))) == 1
    assert await db.write(partial(_taken, "7"))


async def test_reading_does_not_wait_for_a_writer(db: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(conn: AsyncConnection) -> None:
        await upps.put(conn, [Upp("A", "A")])
        begun.set()
        await go_on.wait()

    writing = asyncio.create_task(db.write(slow))
    await begun.wait()
    assert await db.read(upps.listed) == []  # neither waiting nor seeing what is not committed
    go_on.set()
    await writing
    assert [unit.code for unit in await db.read(upps.listed)] == ["A"]


async def test_one_piece_of_reading_sees_one_state_of_the_data(db: Database) -> None:
    async def twice(conn: AsyncConnection) -> tuple[int, int]:
        before = len(await upps.listed(conn))
        await db.write(call(upps.put, [Upp("A", "A")]))
        return before, len(await upps.listed(conn))

    assert await db.read(twice) == (0, 0)


async def test_what_is_said_to_be_reading_cannot_write(db: Database) -> None:
    with pytest.raises(StoreError, match=r"read-only|only reads"):
        await db.read(call(upps.put, [Upp("A", "A")]))
    await db.write(call(upps.put, [Upp("A", "A")]))


async def test_an_error_does_not_quote_what_users_wrote(city: Database) -> None:
    said = given_by("A", 3, saran="rahasia", mode=None)
    with pytest.raises(StoreError) as caught:
        await city.write(call(responses.put, said, SKM9, DAY))
    shown = "".join(traceback.format_exception(caught.value))
    assert "response" in shown
    assert "rahasia" not in shown


async def test_many_rows_are_streamed_and_a_reader_may_leave_early(city: Database) -> None:
    given = [(given_by(f"R{n:04}", 3), DAY) for n in range(1300)]
    await city.write(call(responses.insert_many, given, SKM9))

    async def stream(conn: AsyncConnection) -> list[str]:
        return [response.id async for response in responses.export(conn)]

    async def first(conn: AsyncConnection) -> str:
        async for response in responses.export(conn):
            return response.id
        return "none"

    assert await city.read(stream) == [response.id for response, _ in given]
    assert await city.read(first) == "R0000"
    assert len(await city.read(_receipts)) == 1300


async def _receipts(conn: AsyncConnection) -> list[str]:
    return list(await conn.scalars(text("SELECT id FROM response")))


async def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    """The writer has ended; waiting for it would never end."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    migrate(url)
    async with Database.open(url) as db:
        pass
    with pytest.raises(StoreError, match="closed"):
        await db.write(upps.listed)
