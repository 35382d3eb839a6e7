"""A closed quarter, for the commands that treat it differently; a process's environment."""

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from skm.instansi.period import Period
from skm.store.database.database import Database
from skm.store.periods import closings
from skm.store.survey import responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.command_line import KEY, Operator, Skm
from tests.tools.store_city import TREE, call, given_by

DAY = date(2026, 8, 3)
NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)


async def close_quarter(url: str) -> None:
    """Six responses, one of them withdrawn after the closing; a seventh comes late."""
    rows = [(given_by(f"r{number}", 3, respondent=f"w{number}"), DAY) for number in range(6)]
    async with Database.open(url) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        quarter = Period.parse("2026-Q3")
        await db.write(call(closings.close, quarter, NOW.date(), NOW, None))
        await db.write(call(responses.forget, "w5"))
        await db.write(call(responses.insert_many, [(given_by("late", 4), DAY)], SKM9))


def run_sql(url: str, sql: str) -> None:
    """Changes the database behind the back of the program."""

    async def run() -> None:
        async with Database.open(url) as db:
            await db.write(lambda conn: conn.execute(text(sql)))

    asyncio.run(run())


@pytest.fixture
def closed_quarter(database_url: str, operator: Operator) -> Skm:
    """`skm` of a deployment that has closed 2026-Q3."""
    asyncio.run(close_quarter(database_url))
    return operator.deployed(database_url)


@pytest.fixture
def process_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a `skm` process that is started in an empty folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
    kept["SKM_DATABASE_URL"] = os.environ.get("SKM_DATABASE_URL", "sqlite+aiosqlite:///skm.db")
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[4]), "SKM_SECRET_KEY": KEY}
