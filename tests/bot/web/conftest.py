"""A deployment with its site on a socket, and a respondent's browser."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.web.citizen import Citizen
from tests.tools.chat import Desk, a_desk
from tests.tools.served import served, site_of


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


@pytest.fixture
async def base(desk: Desk) -> AsyncIterator[str]:
    async with served(site_of(desk)) as base:
        yield base


@pytest.fixture
async def citizen(base: str) -> AsyncIterator[Citizen]:
    async with Citizen(base) as citizen:
        yield citizen
