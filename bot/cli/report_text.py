"""A report as text in the terminal: a few lines, then a table of the nine unsur."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from rich.table import Table

from bot.cli.rich_output import new_table, show
from bot.cli.terminal_output import say
from skm.figures.instansi import InstansiReport, reached_target
from skm.figures.report import Report
from skm.survey.unsur import Unsur


def print_report(
    name: str, found: Report | InstansiReport, words: Mapping[str, str], today: date
) -> None:
    """Prints a report. `words`: the name of an unsur by its id."""
    report = found.gabungan if isinstance(found, InstansiReport) else found
    say(f"{name} · {report.period}{'' if report.period.is_over(today) else ' (provisional)'}")
    for line in _summary(report, today):
        say(line)
    if isinstance(found, InstansiReport):
        say(f"Mean of units {found.rerata_upp or 'none'}  ({len(found.terukur)} have responses)")
        say(f"Targets       reached by {reached_target(found.whole)} of {len(found.whole)} units")
    if report.nrr and report.nilai:
        show(_unsur_table(report, report.nrr, report.nilai, words))


def _summary(report: Report, today: date) -> Iterator[str]:
    target = "" if report.target is None else f"  (target {report.target})"
    yield f"Respondents   {report.responden}{target}"
    if pace := report.pace(today):
        yield f"Pace          {pace.expected} by today, {pace.per_day} more a day needed"
    if report.ikm is None or report.mutu is None:
        yield "IKM           none: no responses in this period"
        return
    yield f"IKM           {report.ikm}  mutu {report.mutu}, {report.mutu.kinerja}"
    low, high = report.interval or (None, None)
    yield f"95% interval  {f'{low} to {high}' if low else 'none: too few respondents'}"
    if report.mutu_possible:
        best, *_, worst = report.mutu_possible
        yield f"Mutu unsure   the interval reaches from {best} to {worst}"
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
