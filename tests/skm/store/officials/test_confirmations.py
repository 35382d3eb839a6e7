"""A confirmation is for one person, one act, one attempt, and ten minutes."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database
from skm.store.officials import confirmations
from skm.store.schema.officials import confirmation

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
CLOSE = "/tutup 2026-Q3"


async def asked(db: Database, words: str = "") -> str:
    """The code of the button."""
    data = await db.write(lambda conn: confirmations.ask(conn, "wahyu", CLOSE, NOW, words))
    command, code = confirmations.without_code(data)
    assert command == CLOSE
    assert len(data.encode()) <= 64
    return code


async def tried(
    db: Database, code: str, *, person: str = "wahyu", command: str = CLOSE, minutes: float = 0
) -> str | None:
    at = NOW + timedelta(minutes=minutes)
    return await db.write(lambda conn: confirmations.confirmed(conn, person, command, code, at))


async def test_the_code_confirms_once_and_brings_the_words_back(db: Database) -> None:
    code = await asked(db, "sudah diperiksa\ndua kali")
    assert await tried(db, code) == "sudah diperiksa\ndua kali"
    assert await tried(db, code) is None


@pytest.mark.parametrize(
    "other",
    [{"person": "ratna"}, {"command": "/tutup 2026-Q2"}, {"command": CLOSE + "0"}, {"minutes": 10}],
    ids=str,
)
async def test_it_confirms_nothing_else(db: Database, other: dict[str, Any]) -> None:
    assert await tried(db, await asked(db), **other) is None


@pytest.mark.parametrize("guess", ["", "AAAAAAAA", "ya", "yes", "K7Q2M9XD"])
async def test_a_wrong_code_ends_the_question(db: Database, guess: str) -> None:
    code = await asked(db)
    assert await tried(db, guess) is None
    assert (await tried(db, code) is None) == bool(guess)


async def test_a_new_question_ends_the_earlier_one(db: Database) -> None:
    first, second = await asked(db), await asked(db)
    assert await tried(db, first) is None
    assert await tried(db, second) is None  # used up by the wrong attempt


async def test_what_expired_is_deleted(db: Database) -> None:
    await asked(db)

    async def left(conn: AsyncConnection) -> int | None:
        return await conn.scalar(select(func.count()).select_from(confirmation))

    for minutes, rows in ((9, 1), (10, 0)):
        at = NOW + timedelta(minutes=minutes)
        await db.write(partial(confirmations.purge, now=at))
        assert await db.read(left) == rows
