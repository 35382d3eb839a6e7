"""Kills what a running server shares between requests, while it runs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
from sqlalchemy import make_url


def drawing_processes(parent: int) -> list[int]:
    """The processes in which a process draws charts (Linux)."""
    children = [
        int(child)
        for task in Path(f"/proc/{parent}/task").glob("*/children")
        for child in task.read_text().split()
    ]
    return [child for child in children if b"spawn_main" in command(child)]


def command(process: int) -> bytes:
    """The command line of a process, b"" if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def kill_drawing(parent: int, how: signal.Signals = signal.SIGKILL) -> int:
    """Sends a signal to all of them; returns to how many."""
    found = drawing_processes(parent)
    for process in found:
        with suppress(ProcessLookupError):
            os.kill(process, how)
    return len(found)


@asynccontextmanager
async def drawing_killed(parent: int) -> AsyncIterator[None]:
    """Within this context each process that begins to draw is killed."""

    async def kill() -> None:
        while True:
            kill_drawing(parent)
            await asyncio.sleep(0.02)

    killing = asyncio.create_task(kill())
    try:
        yield
    finally:
        killing.cancel()


async def end_connections(url: str) -> int:
    """Ends all connections to a PostgreSQL database; returns how many there were."""
    plain = make_url(url).set(drivername="postgresql")
    conn = await asyncpg.connect(plain.render_as_string(hide_password=False))
    try:
        return len(
            await conn.fetch(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    finally:
        await conn.close()
