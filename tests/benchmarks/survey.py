"""Answers through the one door in: per second, per answer, and how long a person waits.

The yardstick is the machine's raw sqlite3: one durable commit an answer, nothing else.
"""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from tests.chat import CODE, Chat, a_desk

PEOPLE = (1, 32, 256)
SURVEYS = 200


def run() -> list[tuple[str, float | int | str, str]]:
    rows: list[tuple[str, float | int | str, str]] = []
    raw = _raw_sqlite()
    rows.append(("raw sqlite3, one commit an answer", raw, "answers/s, the yardstick"))
    for people in PEOPLE:
        rate, waits, cpu = asyncio.run(_surveys(people))
        p50, p99 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
        rows += [
            (f"inbox.receive, {people} at once", rate, f"answers/s ({rate / raw:.2f} of raw)"),
            (f"  p50, {people} at once", p50 * 1000, "ms a tap"),
            (f"  p99, {people} at once", p99 * 1000, "ms a tap"),
            (f"  CPU, {people} at once", cpu * 1000, "ms an answer"),
        ]
    return rows


def _raw_sqlite(answers: int = 2000) -> float:
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, state TEXT)")
        begun = time.perf_counter()
        for number in range(answers):
            db.execute("INSERT OR REPLACE INTO visit VALUES (?, ?)", (number % 32, "x" * 200))
        took = time.perf_counter() - begun
        db.close()
    return answers / took


async def _surveys(people: int) -> tuple[float, list[float], float]:
    """(answers a second, seconds each tap waited, CPU seconds an answer)."""
    waits: list[float] = []

    async def citizen(chats: asyncio.Queue[Chat]) -> None:
        while not chats.empty():
            chat = chats.get_nowait()
            await chat.opens(CODE)
            for _ in range(9):
                begun = time.perf_counter()
                await chat.answers_one(3)
                waits.append(time.perf_counter() - begun)

    with tempfile.TemporaryDirectory() as folder:
        async with a_desk(Path(folder)) as desk:
            chats: asyncio.Queue[Chat] = asyncio.Queue()
            for _ in range(max(SURVEYS, people)):
                chats.put_nowait(desk.chat())
            begun, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(citizen(chats) for _ in range(people)))
            took, burnt = time.perf_counter() - begun, time.process_time() - cpu
    return len(waits) / took, waits, burnt / len(waits)
