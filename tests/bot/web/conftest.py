"""A desk with its site on a socket, and a citizen in front of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.citizen import Citizen
from tests.chat import Desk, a_desk
from tests.served import served, site_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
async def base(desk: Desk) -> AsyncIterator[str]:
    async with served(site_of(desk)) as base:
        yield base


@pytest.fixture
async def citizen(base: str) -> AsyncIterator[Citizen]:
    async with Citizen(base) as citizen:
        yield citizen
