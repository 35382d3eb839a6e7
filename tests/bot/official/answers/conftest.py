"""A desk with the small city of tests/tools/officials_city.py."""

from collections.abc import AsyncIterator

import pytest

from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk
