"""A report as text in the terminal: a few lines, then a table of the nine unsur."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.table import Table

from bot.cli.rich_output import new_table, show
from bot.cli.terminal_output import say
from skm.figures.report import InstansiReport, Report
from skm.survey.unsur import Unsur


def print_report(name: str, found: Report | InstansiReport, words: Mapping[str, str]) -> None:
    """Prints a report. `words`: the name of an unsur by its id."""
    report = found.gabungan if isinstance(found, InstansiReport) else found
    say(f"{name} · {report.period}")
    for line in _summary(report):
        say(line)
    if isinstance(found, InstansiReport):
        say(f"Mean of units {found.rerata_upp or 'none'}  ({len(found.terukur)} have responses)")
    if report.nrr and report.nilai:
        show(_unsur_table(report, report.nrr, report.nilai, words))


def _summary(report: Report) -> Iterator[str]:
    yield f"Respondents   {report.responden}  (target {report.target})"
    if report.ikm is None or report.mutu is None:
        yield "IKM           none: no responses in this period"
        return
    yield f"IKM           {report.ikm}  mutu {report.mutu}, {report.mutu.kinerja}"
    low, high = report.interval or (None, None)
    yield f"95% interval  {f'{low} to {high}' if low else 'none: too few respondents'}"
    yield f"Instrument    {report.instrument}"
    for other in report.others:
        yield f"Not included  {other.responden} answers to {other.instrument}, IKM {other.ikm}"


def _unsur_table(
    report: Report,
    nrr: Mapping[Unsur, Decimal],
    nilai: Mapping[Unsur, Decimal],
    words: Mapping[str, str],
) -> Table:
    grid = new_table("", "Unsur")
    grid.add_column("NRR", justify="right")
    grid.add_column("Nilai", justify="right")
    for unsur in Unsur:
        rank = report.prioritas.index(unsur) + 1 if unsur in report.prioritas else 0
        mark = f"  ← priority {rank}" if rank else ""
        grid.add_row(unsur, f"{words[unsur]}{mark}", str(nrr[unsur]), str(nilai[unsur]))
    return grid
