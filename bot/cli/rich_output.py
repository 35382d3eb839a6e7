"""Tables and progress bars. Into a pipe, tables are tab-separated rows and bars are not drawn."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.terminal_output import plain, say
from skm.progress import Advance


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Advance]:
    """A progress bar on the standard error; yields the function that advances it by steps.

    `total`: the number of steps, None if it is unknown.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints rows under their headings; into a pipe, rows with tabs between the cells."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(map(_cell, row)))
        return
    grid = new_table(*headings)
    for row in rows:
        grid.add_row(*map(_cell, row))
    show(grid)


def _cell(value: object) -> str:
    """The value on one line, "" for None."""
    return "" if value is None else plain(" ".join(str(value).splitlines()).replace("\t", " "))


def new_table(*headings: str) -> Table:
    """An empty table with these columns, whose cells wrap."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def show(grid: Table) -> None:
    """Prints a table."""
    Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty()).print(grid)
