"""A deployment whose pages can be reached from outside, so that links lead to them."""

from collections.abc import AsyncIterator

import pytest

from tests.tools.chat import Desk, a_desk


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        yield desk
