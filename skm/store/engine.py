"""From SKM_DATABASE_URL to an engine, or a sentence about how the URL is written."""

from typing import Any
from uuid import uuid4

from sqlalchemy import URL, NullPool, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from skm.store.failure import StoreError
from skm.store.sqlite import OPTIONS, sqlite_engine

HOW = (
    "Write SKM_DATABASE_URL like sqlite+aiosqlite:///skm.db"
    " or postgresql+asyncpg://user:password@host/name."
)
CACHE = "prepared_statement_cache_size"
KNOWN = {"ssl", "host", "port", "target_session_attrs", "timeout", CACHE}
"""What may stand after the question mark of a PostgreSQL URL, and `sslmode` as libpq writes it."""

CONNECTIONS = 15  # of a replica: six of them fit into the usual 100
POOL = {"pool_size": CONNECTIONS, "max_overflow": 0}


def engine_for(url: str) -> AsyncEngine:
    """Connects to nothing yet. Raises StoreError for a URL that is none of ours."""
    try:
        parsed = make_url(url)
        if "\0" in (parsed.database or ""):
            raise ValueError("no file is called that")
        if parsed.drivername == "sqlite+aiosqlite" and parsed.database not in (None, ":memory:"):
            return sqlite_engine(parsed)
        if parsed.drivername == "postgresql+asyncpg":
            return _postgresql(parsed)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'skm-bot[postgres]'.") from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass  # not chained: the URL may hold a password
    raise StoreError(HOW)


def _postgresql(url: URL) -> AsyncEngine:
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    if strange := sorted(query.keys() - KNOWN):
        raise StoreError(
            f"SKM_DATABASE_URL has an option that the driver does not know ({strange[0][:40]!r}):"
            " remove it; for an encrypted connection write ?ssl=require."
        )
    arguments: dict[str, Any] = {}
    if "timeout" in query:
        arguments["timeout"] = float(str(query.pop("timeout")))
    pool: dict[str, Any] = dict(POOL)
    if query.get(CACHE) == "0":  # a pooler gives each transaction another connection of its own
        pool, arguments["prepared_statement_name_func"] = {"poolclass": NullPool}, _new_name
    return create_async_engine(url.set(query=query), connect_args=arguments, **pool, **OPTIONS)


def _new_name() -> str:
    """Of a prepared statement, that no other connection has used."""
    return f"skm_{uuid4().hex}"
