"""Whole updates over loopback: our server, durable, beside two bare bots that store nothing.

The same stand plays Telegram for all three, in the same run; it costs as much CPU as they do, so
what counts is the CPU of the bot's own process. Ours stores each answer before it shows the next.
They take turns, three times; the medians are reported. Each must answer every press and edit the
message after it.
"""

import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles

from tests.stand.citizen import Citizen
from tests.stand.telegram import BotApi
from tests.tools.chat import CODE
from tests.tools.serving import ROOT, Server

CITIZENS = 100
TURNS = 3
OURS = "skm serve"
TICK = os.sysconf("SC_CLK_TCK")

Row = tuple[str, float | int | str, str]


def run() -> list[Row]:
    return asyncio.run(_all())


async def _all() -> list[Row]:
    starts, memories = list[float](), list[float]()
    found: dict[str, list[Measured]] = {OURS: [], "ptb": [], "aiogram": []}
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            ours, memory, start = await _ours(Path(folder))
        found[OURS].append(ours)
        starts.append(start)
        memories.append(memory)
        for name in ("ptb", "aiogram"):
            found[name].append(await _other(name))
    medians = {name: [*map(median, zip(*turns, strict=True))] for name, turns in found.items()}
    return [
        ("start until it serves", median(starts), "s"),
        ("memory after start", median(memories), "MB (target: under 150)"),
        *(row for name, figures in medians.items() for row in _rows(name, figures, medians[OURS])),
    ]


def _rows(name: str, figures: list[float], ours: list[float]) -> list[Row]:
    rate, cpu, p50, p99 = figures
    return [
        (f"{name}: taps a second", rate, f"{CITIZENS} citizens at once"),
        (f"{name}: CPU a tap", cpu * 1000, f"ms ({cpu / ours[1]:.2f} of ours)"),
        (f"{name}: p50, p99", f"{p50 * 1000:.0f}, {p99 * 1000:.0f}", "ms"),
    ]


Measured = tuple[float, float, float, float]


async def _ours(folder: Path) -> tuple[Measured, float, float]:
    async with BotApi() as api:
        server = Server(folder, api)
        await server.set_up()
        begun = time.perf_counter()
        await server.start()
        start = time.perf_counter() - begun
        assert server.process
        memory = _memory(server.process.pid)
        try:
            measured = await _taps(api, server.process.pid, lambda c: c.scans(CODE), 2)
        finally:
            await server.stop()
    return measured, memory, start


async def _other(name: str) -> Measured:
    async with BotApi() as api:
        process: Process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.benchmarks._bots", name, api.url, api.token,
            cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL,
        )  # fmt: skip
        try:
            return await _taps(api, process.pid, lambda c: c.scans(), 2)
        finally:
            process.kill()
            await process.wait()


async def _taps(
    api: BotApi, pid: int, opens: Callable[[Citizen], Awaitable[Citizen]], option: int
) -> Measured:
    """(taps a second, CPU seconds a tap, p50, p99) of nine taps by each citizen."""
    citizens = [api.citizen() for _ in range(CITIZENS)]
    for citizen in citizens:
        await opens(citizen)
    waits: list[float] = []

    async def answers(citizen: Citizen) -> None:
        for _ in range(9):
            begun = time.perf_counter()
            await citizen.taps_at(option)
            waits.append(time.perf_counter() - begun)

    begun, burnt = time.perf_counter(), cpu_of(pid)
    await asyncio.gather(*map(answers, citizens))
    took, burnt = time.perf_counter() - begun, cpu_of(pid) - burnt
    assert await _is_whole(api, len(waits)), "a yardstick that does less is none"
    cuts = quantiles(waits, n=100)
    return len(waits) / took, burnt / len(waits), cuts[49], cuts[98]


async def _is_whole(api: BotApi, taps: int) -> bool:
    """Whether every press was answered and edited its message; the last may take a moment."""
    for _ in range(100):
        calls = [len(api.made(name)) for name in ("answerCallbackQuery", "editMessageText")]
        if calls == [taps, taps]:
            return True
        await asyncio.sleep(0.05)
    return False


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _memory(pid: int) -> float:
    """Resident megabytes."""
    [line] = [x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in x]
    return int(line.split()[1]) / 1024
