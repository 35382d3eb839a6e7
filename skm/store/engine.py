"""From SKM_DATABASE_URL to an engine, or a sentence about how the URL is written."""

from inspect import signature

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from skm.store.failure import StoreError
from skm.store.sqlite import OPTIONS, sqlite_engine

HOW = (
    "Write SKM_DATABASE_URL like sqlite+aiosqlite:///skm.db"
    " or postgresql+asyncpg://user:password@host/name."
)


def engine_for(url: str) -> AsyncEngine:
    """Connects to nothing yet. Raises StoreError for a URL that is none of ours."""
    try:
        parsed = make_url(url)
        if "\0" in (parsed.database or ""):
            raise ValueError("no file is called that")
        if parsed.drivername == "sqlite+aiosqlite" and parsed.database not in (None, ":memory:"):
            return sqlite_engine(parsed)
        if parsed.drivername == "postgresql+asyncpg":
            _check_options(parsed)
            return create_async_engine(parsed, pool_size=10, **OPTIONS)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'skm-bot[postgres]'.") from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass  # not chained: the URL may hold a password
    raise StoreError(HOW)


def _check_options(url: URL) -> None:
    """Raises StoreError for what stands behind the ? and PostgreSQL's driver does not know."""
    from asyncpg import connect

    known = {*signature(connect).parameters, "prepared_statement_cache_size"}
    if strange := sorted(url.query.keys() - known):
        raise StoreError(
            f"SKM_DATABASE_URL has an option that the driver does not know ({strange[0][:40]!r}):"
            " remove it; for an encrypted connection write ?ssl=require."
        )
