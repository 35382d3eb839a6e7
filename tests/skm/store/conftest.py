"""The small city on each database."""

import pytest

from skm.store.database.database import Database
from skm.store.survey import collectors, upps
from tests.tools.store_city import LAB, LOKET, NOW, TREE, call


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(call(upps.put, TREE))
    await db.write(call(collectors.add, LOKET, NOW))
    await db.write(call(collectors.add, LAB, NOW))
    return db
