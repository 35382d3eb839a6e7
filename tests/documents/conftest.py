"""The demo city at a fixed moment, and its documents, each made once."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.app import opened
from bot.ask import Subject
from bot.documents import Documents, by_operator
from bot.settings import Settings
from skm.period import Period
from skm.recap_file import read
from skm.store import recaps, upps
from skm.store.demo.seed import seed
from tests.conftest import Fresh
from tests.skm.tallies import RECAP

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
CITY, UNIT = "", "PKMPAJANG"
HALF, QUARTER = "2026-S2", "2026-Q3"

Made = Callable[[str, str, str], bytes]
"""(unit or CITY, period, format) → the file."""


@pytest.fixture(scope="session")
def settings(fresh: Fresh) -> Iterator[Settings]:
    """Of an installation with the demo city and what it published in 2023."""
    with fresh() as url:
        yield _filled(url)


def _filled(url: str) -> Settings:
    made = Settings(
        database_url=url,
        secret_key="a key for tests, longer than thirty-two",
        instansi="Kota Surakarta (data contoh)",
        _env_file=None,
    )
    published = read(RECAP.read_bytes(), RECAP.name)

    async def fill() -> None:
        async with opened(made, lambda: NOW) as app:
            await seed(app.db, app.inbox.instrument, zone=made.zone, now=NOW)
            await app.db.write(lambda conn: recaps.put(conn, published, NOW))

    asyncio.run(fill())
    return made


@pytest.fixture(scope="session")
def made(settings: Settings) -> Made:
    """A document of the demo city."""

    async def file(unit: str, period: str, form: str) -> bytes:
        async with opened(settings, lambda: NOW) as app:
            upp = await app.db.read(lambda conn: upps.by_code(conn, unit)) if unit else None
            ask = by_operator(app.desk, Subject(upp, (), Period.parse(period)), "id")
            return (await Documents(app.inbox.instrument).file(ask, form=form)).content

    return cache(lambda unit, period, form: asyncio.run(file(unit, period, form)))


@pytest.fixture(scope="session")
def golden() -> Path:
    return Path(__file__).parent / "golden"
