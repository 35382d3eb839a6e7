"""Charts: milliseconds each, 155 digests of two, and what 2,000 leave behind in memory.

The yardstick is the plainest matplotlib bar chart of the same size, a new figure each time.
"""

import io
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from skm.output.charts.canvas import WIDTH
from skm.output.charts.draw import Chart, draw
from tests.tools.chart_samples import (
    digests,
    funnel,
    heat_map,
    last_year,
    nine_unsur,
    ranking,
    units,
)

T = TypeVar("T")

TIMES = 30
SPAWN = multiprocessing.get_context("spawn")


def run() -> list[tuple[str, float | int | str, str]]:
    first = _apart(_first)
    bare = _milliseconds(_bare for _ in range(TIMES))
    rows: list[tuple[str, float | int | str, str]] = [
        ("bare matplotlib bar chart, new figure", bare, "ms, the yardstick"),
        ("first chart of a process", first, "ms, with the import of matplotlib"),
    ]
    for name, charts in _kinds().items():
        took = _milliseconds(_drawing(chart) for chart in charts)
        rows.append((name, took, f"ms ({took / bare:.2f} of bare)"))
    one, two = _digests_here(), _digests_in_two()
    rows += [
        ("155 digests of two charts, one process", one, "s"),
        ("155 digests of two charts, two workers", two, "s, their start with it; target 5"),
    ]
    early, late = _apart(_memory)
    growth = 100 * (late - early) / early
    return [
        *rows,
        ("memory after 100 charts", early, "MiB"),
        ("memory after 2,000 charts", late, f"MiB ({growth:+.1f} %; target 10)"),
    ]


def _kinds() -> dict[str, list[Chart]]:
    some = units()[:TIMES]
    return {
        "nine unsur": [nine_unsur(row) for row in some],
        "trend of twelve": [last_year(row) for row in some],
        "ranking of 20": [ranking(units()[n : n + 20]) for n in range(TIMES)],
        "heat map of 20": [heat_map(units()[n : n + 20]) for n in range(TIMES)],
        "funnel": [funnel(*range(1400 + n, 1300 + n, -9)) for n in range(TIMES)],
    }


def _drawing(chart: Chart) -> Callable[[], object]:
    return lambda: draw(chart)


def _milliseconds(drawings: Iterable[Callable[[], object]]) -> float:
    """The median time of one, after a first that counts for nothing."""
    times = []
    for drawing in drawings:
        begun = time.perf_counter()
        drawing()
        times.append(1000 * (time.perf_counter() - begun))
    return sorted(times[1:])[len(times) // 2]


def _bare() -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, 11), dpi=100)
    FigureCanvasAgg(figure)
    figure.add_subplot().barh(range(9), range(80, 89))
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _digests_here() -> float:
    charts = digests()
    begun = time.perf_counter()
    for two in charts:
        draw(*two)
    return time.perf_counter() - begun


def _digests_in_two() -> float:
    charts = digests()
    begun = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        list(pool.map(draw, *zip(*charts, strict=True), chunksize=5))
    return time.perf_counter() - begun


def _apart(measure: Callable[[], T]) -> T:
    """Measured in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        return pool.submit(measure).result()


def _first() -> float:
    begun = time.perf_counter()
    draw(nine_unsur(units()[0]))
    return 1000 * (time.perf_counter() - begun)


def _memory() -> tuple[float, float]:
    """MiB held after 100 charts and after 2,000 (Linux)."""
    charts: Iterator[Chart] = cycle([chart for two in digests() for chart in two])
    marks = []
    for many in (100, 1900):
        for chart in islice(charts, many):
            draw(chart)
        held = int(Path("/proc/self/statm").read_text().split()[1])
        marks.append(held * resource.getpagesize() / 2**20)
    return marks[0], marks[1]
