"""The points at which a process may die: each time a task goes on or waits, each SQL statement.

What happens between two awaits leaves no trace outside of the process but what it writes, and that
is SQL or a socket (an await). So these are all the moments that differ.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from itertools import count
from typing import Any, Literal, TypeVar

import aiosqlite
from sqlalchemy import Engine, event

T = TypeVar("T")
Kind = Literal["sql", "change", "await"]
"""`change`: of the SQL what changes something, and COMMIT."""


class Points:
    """Counts those of a kind from `begin` on; at the `deadly` one it says where, and kills us.

    Statements come in the same order each time, so none is overlooked; how often a socket is waited
    for differs a little from run to run.
    """

    def __init__(self, kind: Kind, deadly: int, tell: Callable[[str], None]) -> None:
        self._kind, self._deadly, self._tell, self._numbers = kind, deadly, tell, count(1)
        self._begun = False

    def begin(self) -> None:
        self._begun = True

    def reached(self, kind: Kind, what: str, where: object = None) -> None:
        if self._begun and kind == self._kind and next(self._numbers) == self._deadly:
            self._tell(f"{what} {_place(where)}".strip())
            os.kill(os.getpid(), signal.SIGKILL)

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose tasks pass through here."""
        loop = asyncio.new_event_loop()
        loop.set_task_factory(
            lambda loop, coro, **named: asyncio.Task(Stepped(coro, self), loop=loop, **named)
        )
        return loop

    def watch_sql(self) -> None:
        """SQLite itself tells of each statement, and of COMMIT; for PostgreSQL our side does."""
        event.listen(Engine, "connect", self._connected)
        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Engine, "commit", lambda conn: self._executes(conn, None, "COMMIT"))

    def _connected(self, connection: Any, record: object) -> None:
        driver = connection.driver_connection
        if isinstance(driver, aiosqlite.Connection):
            driver._conn.set_trace_callback(self._says)

    def _executes(self, conn: Any, cursor: object, statement: str, *rest: object) -> None:
        if conn.dialect.name != "sqlite":
            self._says(statement)

    def _says(self, statement: str) -> None:
        said = " ".join(statement.split()[:3])
        self.reached("sql", said)
        if said.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT")):
            self.reached("change", said)


class Stepped(Coroutine[Any, Any, T]):
    """A coroutine with a point before and after each of its steps."""

    def __init__(self, inner: Coroutine[Any, Any, T], points: Points) -> None:
        self._inner, self._points = inner, points

    def send(self, value: Any) -> Any:
        return self._step(lambda: self._inner.send(value))

    def throw(self, *error: Any) -> Any:
        return self._step(lambda: self._inner.throw(*error))

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, None, T]:
        raise TypeError("a task's coroutine is stepped, not awaited")

    def _step(self, step: Callable[[], Any]) -> Any:
        self._points.reached("await", "goes on at", self._inner)
        waits_for = step()
        self._points.reached("await", "waits at", self._inner)
        return waits_for


def _place(where: object) -> str:
    """Of a coroutine the innermost line that is ours."""
    place = ""
    while (frame := getattr(where, "cr_frame", None)) is not None:
        file = frame.f_code.co_filename
        if "/site-packages/" not in file and not file.startswith(sys.base_prefix):
            place = f"{file.rpartition('/')[2]}:{frame.f_lineno}"
        where = getattr(where, "cr_await", None)
    return place
