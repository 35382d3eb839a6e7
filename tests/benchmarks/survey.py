"""Durable answers a second: through the inbox, and by the store's writer alone.

The yardsticks are the raw drivers, sqlite3 and asyncpg, with one durable commit an answer and
nothing else. Ours does a whole step of the conversation: it knows a message that comes twice,
loads the visit, decides, saves it, with the ninth answer the response and its tally as well, and
draws the next screen. It is counted only after the commit.

Everything is measured twice: on this machine's disk, and in a process of its own with an fsync
that takes 5 ms longer (a few lines of C before libc's), as on an ordinary server's disk.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from skm.store.survey import visits
from skm.survey.visit import Visit
from tests.benchmarks._disk import raw_asyncpg, raw_sqlite, slow_disk
from tests.tools.chat import CODE, Chat, Desk, a_desk

PEOPLE = (1, 32, 256)
SURVEYS = {1: 30, 32: 200, 256: 512}
ANSWERS = 1000  # of the raw drivers
SLOWER = 5.0  # ms
ROOT = Path(__file__).parent.parent.parent

Row = tuple[str, float | int | str, str]
Figures = dict[str, list[float]]
"""What → a figure for each of PEOPLE."""


def run() -> list[Row]:
    rows = [("this machine's disk", "", ""), *_rows(_apart(dict(os.environ)))]
    name = f"an fsync that takes {SLOWER:.0f} ms longer"
    with slow_disk(SLOWER) as environment:
        if not environment:
            return [*rows, (name, "skipped", "there is no C compiler (cc) to slow it with")]
        return [*rows, (name, "", ""), *_rows(_apart(environment))]


def _rows(found: Figures) -> Iterator[Row]:
    yield "  raw sqlite3", found["sqlite"][0], "answers/s, a commit each, one after the other"
    for at, people in enumerate(PEOPLE):
        sqlite, postgres = found["sqlite"][0], found["asyncpg"][at]

        def beside(rate: float, raw: float = sqlite, other: float = postgres) -> str:
            return f"answers/s ({rate / raw:.1f} × sqlite3, {rate / other:.1f} × asyncpg)"

        yield f"  {people} at once: raw asyncpg", postgres, "answers/s, a commit each"
        yield f"  {people} at once: writer", found["writer"][at], beside(found["writer"][at])
        yield f"  {people} at once: inbox", found["inbox"][at], beside(found["inbox"][at])
        waits = f"{found['p50'][at] * 1000:,.1f}, {found['p99'][at] * 1000:,.1f}"
        yield f"  {people} at once: inbox p50, p99", waits, "ms a tap"
        yield f"  {people} at once: inbox CPU", found["cpu"][at] * 1000, "ms an answer"


def _apart(environment: dict[str, str]) -> Figures:
    """Measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: Figures = json.loads(done.stdout)
    return found


def _measured() -> Figures:
    asked = [asyncio.run(_at_a_desk(_asked, people)) for people in PEOPLE]
    cuts = [quantiles(waits, n=100) for _, waits, _ in asked]
    return {
        "sqlite": [raw_sqlite(ANSWERS)],
        "asyncpg": raw_asyncpg(list(PEOPLE), ANSWERS),
        "writer": [asyncio.run(_at_a_desk(_saved, people)) for people in PEOPLE],
        "inbox": [rate for rate, _, _ in asked],
        "p50": [cut[49] for cut in cuts],
        "p99": [cut[98] for cut in cuts],
        "cpu": [cpu for _, _, cpu in asked],
    }


async def _at_a_desk(measure: Callable[[Desk, int], Awaitable[Any]], people: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        async with a_desk(Path(folder)) as desk:
            return await measure(desk, people)


async def _asked(desk: Desk, people: int) -> tuple[float, list[float], float]:
    """(answers a second, seconds each tap waited, CPU seconds an answer)."""
    chats = [desk.chat() for _ in range(SURVEYS[people])]
    await asyncio.gather(*(chat.opens(CODE) for chat in chats))
    left, waits = iter(chats), list[float]()

    async def citizen() -> None:
        for chat in left:
            for _ in range(9):
                begun = time.perf_counter()
                await chat.answers_one(3)
                waits.append(time.perf_counter() - begun)

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(citizen() for _ in range(people)))
    took, burnt = time.perf_counter() - begun, time.process_time() - cpu
    return len(waits) / took, waits, burnt / len(waits)


async def _saved(desk: Desk, people: int) -> float:
    """Visits a second that the store's writer saves, without any conversation around it."""
    chats = [desk.chat() for _ in range(people)]
    await asyncio.gather(*(chat.opens(CODE) for chat in chats))
    found = await asyncio.gather(*(_visit(desk, chat) for chat in chats))
    left = iter(range(SURVEYS[people] * 9))

    async def citizen(visit: Visit) -> None:
        for _ in left:
            await desk.db.write(partial(visits.save, visit=visit))
            visit = replace(visit, version=visit.version + 1)

    begun = time.perf_counter()
    await asyncio.gather(*map(citizen, found))
    return SURVEYS[people] * 9 / (time.perf_counter() - begun)


async def _visit(desk: Desk, chat: Chat) -> Visit:
    id = chat.screen.choices[0].data.partition(".")[0]
    visit = await desk.db.read(partial(visits.by_id, visit_id=id))
    assert visit
    return visit


if __name__ == "__main__":
    print(json.dumps(_measured()))
