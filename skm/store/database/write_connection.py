"""The write connection to SQLite: its statements run on the event loop's own thread.

A statement of ours touches a few rows and takes some 50 µs. aiosqlite hands every call of a driver
(cursor, execute, fetch, close) to a thread, which costs several times as much: a tap would take
more CPU than with a bare aiogram bot (`make bench ARGS=loopback`). Only calls that may take long go
to a thread here: BEGIN waits for other processes, COMMIT for the disk, bulk inserts for both.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Transaction
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

INLINE_ROWS = 32  # a statement with more parameter sets runs on the thread


class WriteConnection(AsyncConnection):
    """An AsyncConnection around a synchronous connection. `engine`: what `conn.engine` returns."""

    def __init__(self, engine: AsyncEngine, connection: Connection) -> None:
        super().__init__(engine, connection)
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, "sqlite-writer")

    async def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any]:
        def run() -> CursorResult[Any]:
            return self._connection.execute(
                statement, parameters, execution_options=execution_options
            )

        bulk = isinstance(parameters, list) and len(parameters) > INLINE_ROWS
        return await self._on_thread(run) if bulk else run()

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(statement, parameters, execution_options)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Commits on leaving, rolls back if the block or the commit raises."""
        transaction = await self._on_thread(self._connection.begin)
        try:
            yield
        except BaseException:
            await self._on_thread(transaction.rollback)
            raise
        await self._on_thread(lambda: _commit(transaction))

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _commit(transaction: Transaction) -> None:
    with transaction:
        pass
