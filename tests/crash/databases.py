"""Copies of a prepared database, one for each crash, on SQLite and PostgreSQL."""

import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import asyncpg
from sqlalchemy import make_url

from skm.store.database.database import Database, Work

T = TypeVar("T")


class CrashDatabases(Protocol):
    """`copy`: the URL of a new copy of the template. `snapshot`: what a crash left, to be read
    without recovering the original."""

    @property
    def template(self) -> str: ...

    async def copy(self) -> str: ...

    def snapshot(self, url: str) -> AbstractAsyncContextManager[str]: ...

    async def drop(self, url: str) -> None: ...


@dataclass
class SqliteDatabases:
    """SQLite files in a folder."""

    folder: Path

    @property
    def template(self) -> str:
        return _url(self.folder / "template.db")

    async def copy(self) -> str:
        return await self._copy(self.folder / "template.db")

    @asynccontextmanager
    async def snapshot(self, url: str) -> AsyncIterator[str]:
        """A copy with its write-ahead log: the next server recovers the original itself."""
        copy = await self._copy(Path(make_url(url).database or ""))
        yield copy
        await self.drop(copy)

    async def _copy(self, file: Path) -> str:
        copy = self.folder / f"{secrets.token_hex(6)}.db"
        for suffix in ("", "-wal"):
            if Path(f"{file}{suffix}").exists():
                shutil.copyfile(f"{file}{suffix}", f"{copy}{suffix}")
        return _url(copy)

    async def drop(self, url: str) -> None:
        for file in Path(make_url(url).database or "").parent.glob(f"{_name(url)}*"):
            file.unlink()


@dataclass
class PostgresDatabases:
    """Databases of a PostgreSQL server; `template` is the URL of one of them."""

    template: str

    async def copy(self) -> str:
        name = f"skm_{secrets.token_hex(6)}"
        template = _name(self.template)
        await self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return make_url(self.template).set(database=name).render_as_string(hide_password=False)

    @asynccontextmanager
    async def snapshot(self, url: str) -> AsyncIterator[str]:
        """The database itself, once PostgreSQL has ended the connections of the killed child."""
        await self._do(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
            f"'{_name(url)}'"
        )
        yield url

    async def drop(self, url: str) -> None:
        await self._do(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    async def _do(self, sql: str) -> None:
        url = make_url(self.template).set(drivername="postgresql", database="postgres")
        conn = await asyncpg.connect(url.render_as_string(hide_password=False))
        try:
            await conn.execute(sql)
        finally:
            await conn.close()


async def read_from(url: str, work: Work[T]) -> T:
    """The result of `work` on the database at `url`."""
    async with Database.open(url) as db:
        return await db.read(work)


def _url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _name(url: str) -> str:
    return Path(make_url(url).database or "").name
