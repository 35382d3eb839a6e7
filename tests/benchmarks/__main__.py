"""Run all measurements, or those named: `python -m tests.benchmarks survey reports`.

Each module here has `run() -> list[Row]`. A row is what was measured, the figure, its unit and
what it stands beside. Absolute times say little about another machine; ratios do.
"""

import importlib
import os
import pkgutil
import platform
import sys
import time

from rich.console import Console
from rich.table import Table

import tests.benchmarks as folder

Row = tuple[str, float | int | str, str]


def main(names: list[str]) -> None:
    console = Console()
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" {time.strftime('%Y-%m-%d')}"
    )
    modules = [m.name for m in pkgutil.iter_modules(folder.__path__) if m.name[0] != "_"]
    for name in names or modules:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        if not hasattr(module, "run"):
            continue
        table = Table("measured", "figure", "unit and yardstick", title=name)
        for what, figure, unit in module.run():
            table.add_row(
                what, f"{figure:,.2f}" if isinstance(figure, float) else str(figure), unit
            )
        console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
