"""The demo city at a fixed moment, and its documents, each made once."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.app import opened
from bot.documents.make import Documents
from bot.request.request import Subject, Topic
from bot.running.settings import Settings
from skm.demo.seed import seed
from skm.instansi.period import Period
from skm.intake.recaps.rows import read
from skm.store.figures import recaps
from skm.store.figures.flags import FlagRules
from skm.store.survey import upps
from tests.conftest import Fresh
from tests.tools.tallies import RECAP

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
            topic = Topic(app.instansi, "id", Subject(upp, (), Period.parse(period)))
            rules = FlagRules(app.inbox.instrument, app.instansi.zone)
            return (await Documents(rules).file(app.db, topic, form=form)).content

    return cache(lambda unit, period, form: asyncio.run(file(unit, period, form)))


@pytest.fixture(scope="session")
def golden() -> Path:
    return Path(__file__).parent / "golden"
