"""A zygote for all tests of a file, and a place for databases on each backend."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from skm.store.migrate import migrate
from tests.crash.ground import Ground, PostgresGround, SqliteGround
from tests.crash.points import Kind
from tests.crash.victim import Zygote


@pytest.fixture
async def zygote(tmp_path: Path) -> AsyncIterator[Zygote]:
    async with Zygote(tmp_path / "children.log") as zygote:
        yield zygote


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """With an empty, migrated template."""
    made: Ground = SqliteGround(tmp_path)
    if request.param == "postgres":
        made = PostgresGround(request.getfixturevalue("postgres_server").empty())
    migrate(made.template)
    return made


@dataclass(frozen=True)
class Matrix:
    """Every point of a kind, or one of a few."""

    kind: Kind
    every: int = 1

    @property
    def is_whole(self) -> bool:
        """No change of the database is left out."""
        return self.kind != "await" and self.every == 1

    async def tries(self, killed: Callable[[Kind, int], Awaitable[str]]) -> list[str]:
        """Kill at each point until a run that nothing kills; where they died."""
        places = list[str]()
        for deadly in count(1, self.every):
            died_at = await killed(self.kind, deadly)
            if not died_at:
                break
            places.append(died_at)
        return places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What changes something, and some awaits; with --every-point all statements and all awaits."""
    if "matrix" in metafunc.fixturenames:
        thorough = metafunc.config.getoption("--every-point")
        metafunc.parametrize("kind", ["sql" if thorough else "change", "await"])


@pytest.fixture
def matrix(request: pytest.FixtureRequest, kind: Kind, ground: Ground) -> Matrix:
    """PostgreSQL takes four times as long to give us a fresh database."""
    if request.config.getoption("--every-point"):
        return Matrix(kind)
    few = 17 if kind == "await" else 1
    return Matrix(kind, few if isinstance(ground, SqliteGround) else 4 * few)
