"""Runs all benchmarks, or those named: `python -m tests.benchmarks survey reports`.

Each module of this folder without a leading underscore has `run() -> list[Row]`: what was measured,
the figure, and its unit with the baseline it is compared with. `--write` also replaces the sections
of these benchmarks in docs/BENCHMARKS.md.
"""

import importlib
import os
import pkgutil
import platform
import sys
import time
from collections.abc import Sequence
from types import ModuleType

from rich.console import Console
from rich.table import Table

import tests.benchmarks as folder
from tests.benchmarks._page import written

Row = tuple[str, float | int | str, str]


def main(arguments: list[str]) -> None:
    console, names = Console(), [name for name in arguments if name != "--write"]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    console.print(f"{machine}, {time.strftime('%Y-%m-%d')}")
    for name in names or _modules():
        module = importlib.import_module(f"tests.benchmarks.{name}")
        rows = [(what, _figure(figure), unit) for what, figure, unit in module.run()]
        console.print(_table(name, rows))
        if "--write" in arguments:
            written(name, _about(module), f"{time.strftime('%Y-%m-%d')}, {machine}", rows)


def _modules() -> list[str]:
    """The names of the benchmarks."""
    return [
        module.name for module in pkgutil.iter_modules(folder.__path__) if module.name[0] != "_"
    ]


def _figure(figure: float | int | str) -> str:
    if isinstance(figure, str):
        return figure
    return f"{figure:,.2f}" if isinstance(figure, float) else f"{figure:,}"


def _table(name: str, rows: Sequence[tuple[str, str, str]]) -> Table:
    table = Table("measured", "figure", "unit and baseline", title=name)
    for row in rows:
        table.add_row(*row)
    return table


def _about(module: ModuleType) -> str:
    return (module.__doc__ or "").strip()


if __name__ == "__main__":
    main(sys.argv[1:])
