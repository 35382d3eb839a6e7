"""Errors of a database: they say what to do, and never quote a user."""

import pytest
from sqlalchemy import Executable, Integer, bindparam, cast, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database, StoreError
from skm.store.database.errors import store_error

SAID = "antre lama"


@pytest.mark.parametrize(
    "said",
    [
        f"<class 'DataError'>: invalid input for query argument $3: '{SAID}' (expected int)",
        f'invalid input syntax for type integer: "{SAID}"',
        f'invalid input value for enum mode: "{SAID}"',
        f"NOT NULL constraint failed: response.saran\nDETAIL: Failing row contains ({SAID}).",
    ],
)
def test_what_could_not_be_taken_is_not_repeated(said: str) -> None:
    assert SAID not in str(store_error(said))
    assert str(store_error(said)).endswith("nothing was stored.")


def test_what_says_nothing_has_a_sentence_too() -> None:
    assert "no reason given" in str(store_error(""))


@pytest.mark.parametrize(
    "asked",
    [
        select(cast(bindparam("said", SAID), Integer)),
        text("SELECT CAST(:said AS INTEGER) FROM nowhere").bindparams(said=SAID),
    ],
    ids=["cast", "no table"],
)
async def test_no_backend_repeats_it(db: Database, asked: Executable) -> None:
    async def work(conn: AsyncConnection) -> None:
        await conn.execute(asked)

    try:
        await db.read(work)
    except StoreError as error:
        told = str(error)
    else:
        told = ""  # SQLite casts anything
    assert SAID not in told
