"""SKM_DATABASE_URL: an invalid one is explained in a sentence without the password."""

import pytest

from skm.store.database.engine import engine_for
from skm.store.database.errors import StoreError

SECRET = "rahasia99"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "Write SKM_DATABASE_URL like"),
        ("sqlite+aiosqlite://", "Write SKM_DATABASE_URL like"),
        ("sqlite+aiosqlite:///:memory:", "Write SKM_DATABASE_URL like"),
        ("sqlite+aiosqlite:///a%00b", "Write SKM_DATABASE_URL like"),
        (f"mysql://skm:{SECRET}@host/skm", "Write SKM_DATABASE_URL like"),
        (f"postgresql+asyncpg://skm:{SECRET}@host:port/skm", "Write SKM_DATABASE_URL like"),
        (f"postgresql+asyncpg://skm:{SECRET}@host/skm?sslcert=a.crt", "write ?ssl=require"),
        (f"postgresql+asyncpg://skm:{SECRET}@host/skm?timeout=long", "Write SKM_DATABASE_URL like"),
        (f"postgresql+asyncpg://skm:{SECRET}@host/skm?{'x' * 999}=1", "does not know"),
    ],
)
def test_a_url_that_is_none_of_ours_says_what_to_write(url: str, told: str) -> None:
    with pytest.raises(StoreError, match="SKM_DATABASE_URL") as caught:
        engine_for(url)
    assert told in str(caught.value)
    assert SECRET not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "rest",
    [
        "host/skm",
        "host/skm?ssl=require",
        "host/skm?sslmode=require",
        "host/skm?prepared_statement_cache_size=0",
        "host/skm?timeout=5",
        "/skm?host=a:5432&host=b:5432&target_session_attrs=primary",
    ],
)
async def test_what_the_driver_knows_is_taken(rest: str) -> None:
    await engine_for(f"postgresql+asyncpg://skm@{rest}").dispose()
