"""A real `skm serve`: how long until it serves, what it has loaded, what open interviews weigh.

The yardstick of a start is an interpreter that imports the libraries it cannot do without.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.stand.telegram import BotApi
from tests.tools.chat import CODE
from tests.tools.serving import ROOT, Server

TIMES = 5
WARM, OPEN = 500, 2000  # interviews: until all caches are filled, and those that are weighed
AT_ONCE = 50
LIBRARIES = (
    "aiohttp, aiosqlite, babel, jinja2, sqlalchemy.ext.asyncio, starlette, telegram, uvicorn"
)

Row = tuple[str, float | int | str, str]


def run() -> list[Row]:
    bare = median(_seconds("-c", f"import {LIBRARIES}") for _ in range(TIMES))
    helps = median(_seconds("-m", "bot", "--help") for _ in range(TIMES))
    starts, plotting, memory, weight = asyncio.run(_served())
    start = median(starts)
    return [
        ("importing the libraries alone", bare, "s, the yardstick"),
        ("skm --help", helps, f"s ({helps / bare:.2f} of the yardstick)"),
        ("skm serve until it answers", start, f"s ({start / bare:.2f}; target 1.5 s)"),
        ("  matplotlib loaded by then", "yes" if plotting else "no", "target: no"),
        ("memory after the start", memory, "MB (target: under 150)"),
        ("memory per 1,000 open interviews", weight, f"MB, of {OPEN:,}: they live on disk"),
    ]


def _seconds(*words: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


async def _served() -> tuple[list[float], bool, float, float]:
    """(seconds of each start, whether matplotlib is loaded, MB then, MB per 1,000 interviews)."""
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi() as api:
            server = Server(Path(folder), api)
            await server.set_up()
            starts = [await _start_and_stop(server) for _ in range(TIMES - 1)]
            begun = time.perf_counter()
            await server.start()
            starts.append(time.perf_counter() - begun)
            try:
                plotting, memory = _has_loaded(server, "matplotlib"), _memory(server)
                weight = await _weight(server, api)
            finally:
                await server.stop()
    return starts, plotting, memory, weight


async def _start_and_stop(server: Server) -> float:
    begun = time.perf_counter()
    await server.start()
    took = time.perf_counter() - begun
    await server.stop()
    return took


async def _weight(server: Server, api: BotApi) -> float:
    await _open(api, WARM)
    before = _memory(server)
    await _open(api, OPEN)
    return (_memory(server) - before) * 1000 / OPEN


async def _open(api: BotApi, many: int) -> None:
    """So many people scan and answer the first question."""
    for _ in range(0, many, AT_ONCE):
        citizens = [api.citizen() for _ in range(AT_ONCE)]
        await asyncio.gather(*(citizen.scans(CODE) for citizen in citizens))
        await asyncio.gather(*(citizen.taps_at(2) for citizen in citizens))


def _has_loaded(server: Server, library: str) -> bool:
    return f"/{library}/" in Path(f"/proc/{_pid(server)}/maps").read_text()


def _memory(server: Server) -> float:
    """Resident megabytes."""
    [line] = [
        x for x in Path(f"/proc/{_pid(server)}/status").read_text().splitlines() if "VmRSS" in x
    ]
    return int(line.split()[1]) / 1024


def _pid(server: Server) -> int:
    assert server.process
    return server.process.pid
