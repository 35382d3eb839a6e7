"""The points at which a process may die: each time a task resumes or waits, and each SQL statement.

Between two awaits a process has no effect outside of itself except through SQL or a socket, and a
socket is an await. So a kill at any other moment is the same as one at these points.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Generator
from itertools import count
from typing import Any, Literal, TypeVar

import aiosqlite
from sqlalchemy import Engine, event

T = TypeVar("T")
Kind = Literal["sql", "change", "await"]
"""`change`: the SQL statements that change data, and COMMIT."""


class Points:
    """Counts the points of one kind after `begin`; at number `deadly` it reports and kills us.

    SQL statements come in the same order in each run, so none is missed; the number of awaits
    differs a little between runs.
    """

    def __init__(self, kind: Kind, deadly: int, report: Callable[[str], None]) -> None:
        self._kind, self._deadly, self._report, self._numbers = kind, deadly, report, count(1)
        self._begun = False

    def begin(self) -> None:
        self._begun = True

    def reached(self, kind: Kind, what: str, where: object = None) -> None:
        """Called at each point; `where` is the coroutine that reached it."""
        if self._begun and kind == self._kind and next(self._numbers) == self._deadly:
            self._report(f"{what} {_place(where)}".strip())
            os.kill(os.getpid(), signal.SIGKILL)

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose tasks report each step."""
        loop = asyncio.new_event_loop()
        loop.set_task_factory(
            lambda loop, coro, **named: asyncio.Task(Stepped(coro, self), loop=loop, **named)
        )
        return loop

    def watch_sql(self) -> None:
        """Report each statement and COMMIT, as SQLite traces them or, on PostgreSQL, SQLAlchemy."""
        event.listen(Engine, "connect", self._connected)
        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Engine, "commit", lambda conn: self._executes(conn, None, "COMMIT"))

    def _connected(self, connection: Any, record: Any) -> None:
        driver = record.driver_connection
        if isinstance(driver, aiosqlite.Connection):
            driver = driver._conn
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(self._statement)

    def _executes(self, conn: Any, cursor: object, statement: str, *rest: object) -> None:
        if conn.dialect.name != "sqlite":
            self._statement(statement)

    def _statement(self, statement: str) -> None:
        start = " ".join(statement.split()[:3])
        self.reached("sql", start)
        if start.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT")):
            self.reached("change", start)


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
        self._points.reached("await", "resumes at", self._inner)
        waits_for = step()
        self._points.reached("await", "waits at", self._inner)
        return waits_for


def _place(where: object) -> str:
    """The file and line of the coroutine's innermost frame that is our code."""
    place = ""
    while (frame := getattr(where, "cr_frame", None)) is not None:
        file = frame.f_code.co_filename
        if "/site-packages/" not in file and not file.startswith(sys.base_prefix):
            place = f"{file.rpartition('/')[2]}:{frame.f_lineno}"
        where = getattr(where, "cr_await", None)
    return place
