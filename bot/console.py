"""What an operator sees in a terminal: help, sentences, progress, tables.

Plain where nobody watches: in a pipe there are no bars, and tables are rows with tabs.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from skm.report import InstansiReport, Report
from skm.unsur import Unsur

if TYPE_CHECKING:
    from rich.table import Table

Advance = Callable[[int], None]

MOST = 50  # problems that are listed

# What a terminal would obey: escapes, and marks that turn the direction of a line.
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def group(help: str) -> typer.Typer:
    """Commands under one noun."""
    return typer.Typer(
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def say(text: str) -> None:
    """An answer: what a pipe gets."""
    print(plain(text))


def note(text: str) -> None:
    """A remark beside it: what a pipe does not get."""
    print(plain(text), file=sys.stderr)


def plain(text: str) -> str:
    """What was typed somewhere may show, and do nothing else."""
    return OBEYED.sub("�", text)


def problems(found: Sequence[object]) -> None:
    """Each on its line, as many as somebody reads."""
    for problem in found[:MOST]:
        note(str(problem))
    if len(found) > MOST:
        note(f"… and {len(found) - MOST:,} more.")


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Advance]:
    """A bar on the standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    screen = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under their heads; in a pipe tabs between the cells, for other programs."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(map(_cell, row)))
        return
    grid = _grid(*heads)
    for row in rows:
        grid.add_row(*map(_cell, row))
    _show(grid)


def _cell(cell: object) -> str:
    """On one line, whatever stands in it."""
    return "" if cell is None else plain(" ".join(str(cell).splitlines()).replace("\t", " "))


def figures(name: str, found: Report | InstansiReport, words: Mapping[str, str]) -> None:
    """A report. `words`: an unsur's name by its id."""
    report = found.gabungan if isinstance(found, InstansiReport) else found
    say(f"{name} · {report.period}")
    for line in _summary(report):
        say(line)
    if isinstance(found, InstansiReport):
        say(f"Mean of units {found.rerata_upp or 'none'}  ({len(found.terukur)} have responses)")
    if report.nrr and report.nilai:
        _show(_unsur(report, report.nrr, report.nilai, words))


def _unsur(
    report: Report,
    nrr: Mapping[Unsur, Decimal],
    nilai: Mapping[Unsur, Decimal],
    words: Mapping[str, str],
) -> "Table":
    grid = _grid("", "Unsur")
    grid.add_column("NRR", justify="right")
    grid.add_column("Nilai", justify="right")
    for unsur in Unsur:
        rank = report.prioritas.index(unsur) + 1 if unsur in report.prioritas else 0
        mark = f"  ← priority {rank}" if rank else ""
        grid.add_row(unsur, f"{words[unsur]}{mark}", str(nrr[unsur]), str(nilai[unsur]))
    return grid


def _summary(found: Report) -> Iterator[str]:
    yield f"Respondents   {found.responden}  (target {found.target})"
    if found.ikm is None or found.mutu is None:
        yield "IKM           none: nobody answered in this period"
        return
    yield f"IKM           {found.ikm}  mutu {found.mutu}, {found.mutu.kinerja}"
    if found.interval:
        yield f"95% interval {found.interval[0]} to {found.interval[1]}"
    yield f"Instrument    {found.instrument}"
    for other in found.others:
        yield f"Not included  {other.responden} answers to {other.instrument}, IKM {other.ikm}"


def _grid(*heads: str) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        grid.add_column(head, overflow="fold")
    return grid


def _show(grid: "Table") -> None:
    from rich.console import Console

    Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty()).print(grid)
