"""Makes an engine from SKM_DATABASE_URL, or raises an error that says how to write the URL."""

from typing import Any
from uuid import uuid4

from sqlalchemy import URL, NullPool, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from skm.store.database.errors import StoreError
from skm.store.database.sqlite import OPTIONS, sqlite_engine

USAGE = (
    "Write SKM_DATABASE_URL like sqlite+aiosqlite:///skm.db"
    " or postgresql+asyncpg://user:password@host/name."
)
CACHE = "prepared_statement_cache_size"
KNOWN = {"ssl", "host", "port", "target_session_attrs", "timeout", CACHE}
"""Options of a PostgreSQL URL, besides `sslmode`, libpq's name for `ssl`."""

CONNECTIONS = 15  # per replica: six replicas fit into PostgreSQL's default limit of 100
POOL = {"pool_size": CONNECTIONS, "max_overflow": 0}


def engine_for(url: str, *, writable: bool = False) -> AsyncEngine:
    """Returns an engine that has connected to nothing yet. Raises StoreError for an invalid URL.

    `writable`: on SQLite connections can only read without it.
    """
    try:
        parsed = make_url(url)
        if "\0" in (parsed.database or ""):
            raise ValueError("a file name cannot hold NUL")
        if parsed.drivername == "sqlite+aiosqlite" and parsed.database not in (None, ":memory:"):
            return sqlite_engine(parsed, writable=writable)
        if parsed.drivername == "postgresql+asyncpg":
            return _postgresql(parsed)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'skm-bot[postgres]'.") from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass  # not chained: the URL may hold a password
    raise StoreError(USAGE)


def _postgresql(url: URL) -> AsyncEngine:
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    if unknown := sorted(query.keys() - KNOWN):
        raise StoreError(
            f"SKM_DATABASE_URL has an option that the driver does not know ({unknown[0][:40]!r}):"
            " remove it; for an encrypted connection write ?ssl=require."
        )
    arguments: dict[str, Any] = {}
    if "timeout" in query:
        arguments["timeout"] = float(str(query.pop("timeout")))
    pool: dict[str, Any] = dict(POOL)
    if query.get(CACHE) == "0":  # a pooler gives each transaction another server connection
        pool, arguments["prepared_statement_name_func"] = {"poolclass": NullPool}, _unique_name
    return create_async_engine(url.set(query=query), connect_args=arguments, **pool, **OPTIONS)


def _unique_name() -> str:
    """Returns a name for a prepared statement that no other connection uses."""
    return f"skm_{uuid4().hex}"
