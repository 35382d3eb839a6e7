"""A fork server per test file, databases on each backend, and the matrix of points to kill at."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import pytest
import pytest_asyncio

from skm.store.database.migrate import migrate
from tests.conftest import BACKENDS
from tests.crash.children import ForkServer
from tests.crash.databases import CrashDatabases, PostgresDatabases, SqliteDatabases
from tests.crash.points import Kind

DIED = "died at"
USUAL = {"polling", "telegram"}  # the most used client and delivery channel
SURVIVORS = 3  # runs without a kill that end a matrix; the number of awaits varies a little


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fork_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ForkServer]:
    async with ForkServer(tmp_path_factory.mktemp("fork_server") / "children.log") as server:
        yield server


@pytest.fixture
def databases(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> CrashDatabases:
    """Databases with an empty, migrated template."""
    made: CrashDatabases = SqliteDatabases(tmp_path)
    if store == "postgres":
        made = PostgresDatabases(request.getfixturevalue("postgres_server").empty())
    migrate(made.template)
    return made


@dataclass(frozen=True)
class Matrix:
    """Every `every`-th point of a kind. `places`: where a server died."""

    kind: Kind
    every: int = 1
    survivors: int = 1
    places: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every change of the database is included."""
        return self.kind != "await" and self.every == 1

    async def tries(self, killed: Callable[[Kind, int], Awaitable[str]]) -> list[str]:
        """Kill at each point until there are no more; returns the places."""
        survived = 0
        for deadly in count(1, self.every):
            died_at = await killed(self.kind, deadly)
            survived = 0 if died_at else survived + 1
            self.places.extend(filter(None, [died_at]))
            if survived == self.survivors:
                break
        return self.places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Test SQL changes and some awaits; with --every-point all SQL statements and all awaits."""
    if "matrix" in metafunc.fixturenames:
        statements = "sql" if metafunc.config.getoption("--every-point") else "change"
        awaits = pytest.param("await", marks=pytest.mark.thorough)
        metafunc.parametrize("kind", [statements, awaits])
    if "databases" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        stores = [asked] if asked in BACKENDS else BACKENDS
        marked = [pytest.param(s, marks=[pytest.mark.postgres] * (s != "sqlite")) for s in stores]
        metafunc.parametrize("store", marked)


@pytest.fixture
def matrix(request: pytest.FixtureRequest, kind: Kind) -> Matrix:
    """Every point, or each change of the database for the usual client and a sample of the rest."""
    made = Matrix(kind, survivors=SURVIVORS)
    if not request.config.getoption("--every-point"):
        usual = not USUAL.isdisjoint(request.node.callspec.params.values())
        sample = 10 if request.config.getoption("--quick") else 1
        made = Matrix(kind, 61 if kind == "await" else sample if usual else 7 * sample)
    request.node.user_properties.append((DIED, made.places))
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how often a server was killed in each test."""
    died = Counter[str]()
    for report in chain(*terminalreporter.stats.values()):
        if getattr(report, "when", "") == "call":
            found = [places for name, places in report.user_properties if name == DIED]
            died[report.nodeid.rpartition("::test_")[2]] += sum(map(len, found))
    if died.total():
        terminalreporter.section("killed with -9, then checked")
        for test, times in sorted((+died).items()):
            terminalreporter.write_line(f"{times:6} times: {test}")
        terminalreporter.write_line(f"{died.total():6} times in all")
