"""The small city on each database."""

import pytest

from skm.store import collectors, upps
from skm.store.database import Database
from tests.skm.store.city import LAB, LOKET, NOW, TREE, call


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(call(upps.put, TREE))
    await db.write(call(collectors.add, LOKET, NOW))
    await db.write(call(collectors.add, LAB, NOW))
    return db
