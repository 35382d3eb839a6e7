"""Processes that draw charts: one that is killed or hangs is replaced."""

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.request.chart_workers import ChartWorkers
from tests.bot.telegram.conftest import until
from tests.tools.chart_samples import nine_unsur, ranking, trend, units
from tests.tools.chat import DRAWING
from tests.tools.killing import drawing_killed, drawing_processes, kill_drawing

ROOT = Path(__file__).parents[3]
CHART = trend("Kelurahan Pajang", [None])


@pytest.fixture
def workers() -> Iterator[ChartWorkers]:
    DRAWING.close()  # the processes of other tests
    made = ChartWorkers(workers=1, slowest=10)
    yield made
    made.close()


async def test_a_killed_process_is_replaced(workers: ChartWorkers) -> None:
    before = await workers.picture(CHART)
    assert kill_drawing(os.getpid()) == 1
    assert before
    assert await workers.picture(CHART) == before


async def test_drawings_under_way_in_a_killed_process_are_repeated(workers: ChartWorkers) -> None:
    charts = [nine_unsur(unit) for unit in units()[:6]]
    drawing = asyncio.gather(*(workers.picture(chart) for chart in charts))
    await until(lambda: kill_drawing(os.getpid()))
    assert len({picture for picture in await drawing if picture}) == len(charts)


async def test_a_process_that_hangs_is_replaced(workers: ChartWorkers) -> None:
    assert await workers.picture(CHART)
    hanging = drawing_processes(os.getpid())
    kill_drawing(os.getpid(), signal.SIGSTOP)
    assert await workers.picture(CHART)
    assert not set(hanging) & set(drawing_processes(os.getpid()))


async def test_if_every_process_is_killed_there_is_no_picture_until_they_live_again(
    workers: ChartWorkers, caplog: pytest.LogCaptureFixture
) -> None:
    async with drawing_killed(os.getpid()):
        assert await workers.picture(CHART) is None
    assert "A chart could not be drawn" in caplog.text
    assert await workers.picture(CHART)


async def test_a_chart_that_cannot_be_drawn_costs_the_others_nothing(
    workers: ChartWorkers,
) -> None:
    await workers.picture(CHART)
    [process] = drawing_processes(os.getpid())
    too_high = ranking(units())
    first, second = await asyncio.gather(workers.picture(too_high), workers.picture(CHART))
    assert first is None
    assert second
    assert drawing_processes(os.getpid()) == [process]


def test_only_these_workers_are_processes_of_multiprocessing() -> None:
    """Ending a pool kills all of them."""
    using = [
        path.relative_to(ROOT).as_posix()
        for top in ("bot", "skm")
        for path in (ROOT / top).rglob("*.py")
        if re.search("multiprocessing|ProcessPoolExecutor", path.read_text(encoding="utf-8"))
    ]
    assert using == ["bot/request/chart_workers.py"]
