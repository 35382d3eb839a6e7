"""A zygote for all tests of a file, a place for databases on each backend, and what was tried."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import pytest
import pytest_asyncio

from skm.store.migrate import migrate
from tests.conftest import BACKENDS
from tests.crash.ground import Ground, PostgresGround, SqliteGround
from tests.crash.points import Kind
from tests.crash.victim import Zygote

DIED = "died at"
USUAL = {"polling", "telegram"}  # ways in and out
SURVIVORS = 3  # in a row, until we believe that there is no further point: awaits vary a little


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def zygote(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Zygote]:
    async with Zygote(tmp_path_factory.mktemp("zygote") / "children.log") as zygote:
        yield zygote


@pytest.fixture
def ground(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """With an empty, migrated template."""
    made: Ground = SqliteGround(tmp_path)
    if store == "postgres":
        made = PostgresGround(request.getfixturevalue("postgres_server").empty())
    migrate(made.template)
    return made


@dataclass(frozen=True)
class Matrix:
    """Every point of a kind, or one of a few. `places`: where somebody died."""

    kind: Kind
    every: int = 1
    survivors: int = 1
    places: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """No change of the database is left out."""
        return self.kind != "await" and self.every == 1

    async def tries(self, killed: Callable[[Kind, int], Awaitable[str]]) -> list[str]:
        """Kill at each point until there are no more; where they died."""
        survived = 0
        for deadly in count(1, self.every):
            died_at = await killed(self.kind, deadly)
            survived = 0 if died_at else survived + 1
            self.places.extend(filter(None, [died_at]))
            if survived == self.survivors:
                break
        return self.places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What changes something, and some awaits; with --every-point all statements and all awaits."""
    if "matrix" in metafunc.fixturenames:
        thorough = metafunc.config.getoption("--every-point")
        metafunc.parametrize("kind", ["sql" if thorough else "change", "await"])
    if "ground" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        stores = [asked] if asked in BACKENDS else BACKENDS
        marked = [pytest.param(s, marks=[pytest.mark.postgres] * (s != "sqlite")) for s in stores]
        metafunc.parametrize("store", marked)


@pytest.fixture
def matrix(request: pytest.FixtureRequest, kind: Kind) -> Matrix:
    """Every point, or of the usual way in each change of the database and of all else a sample."""
    made = Matrix(kind, survivors=SURVIVORS)
    if not request.config.getoption("--every-point"):
        usual = request.node.callspec.params.get("way") in USUAL
        made = Matrix(kind, 61 if kind == "await" else 1 if usual else 7)
    request.node.user_properties.append((DIED, made.places))
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the matrix covers: how often somebody died in each test."""
    died = Counter[str]()
    for report in chain(*terminalreporter.stats.values()):
        if getattr(report, "when", "") == "call":
            found = [places for name, places in report.user_properties if name == DIED]
            died[report.nodeid.rpartition("::test_")[2]] += sum(map(len, found))
    if died.total():
        terminalreporter.section("killed with -9 and looked at")
        for test, times in sorted((+died).items()):
            terminalreporter.write_line(f"{times:6} times: {test}")
        terminalreporter.write_line(f"{died.total():6} times in all")
