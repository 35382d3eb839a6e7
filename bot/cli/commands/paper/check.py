"""`skm paper check`: how an office tests the reading with some forms of its own."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.paper.read import Files, content_of
from bot.cli.environment import instrument_of
from bot.cli.terminal_output import note, say
from bot.messaging.catalog import Catalog
from bot.paper.questions import PaperQuestions
from bot.paper.reading import NotTaken, forms_in_file
from bot.running.settings import read_settings
from skm.errors import SkmError
from skm.paper.sheet import PaperSheet
from skm.survey.instrument import Instrument


def check(
    files: Files,
    typed: Annotated[
        Path,
        typer.Option("--typed", metavar="FILE.csv", help="Columns: serial, u1 to u9 (a–d or 1–4)."),
    ],
) -> None:
    """Read photos and compare with answers that a person typed from the same forms. Stores nothing.

    Ends with 1 if an answer was read that is not the typed one.
    """
    settings = read_settings()
    instrument = instrument_of(settings)
    words = PaperQuestions(Catalog.load(settings.locales), instrument, "en")
    wanted = _typed(typed, instrument)
    right = asked = wrong = 0
    for path in files:
        found = forms_in_file(content_of(path), instrument)
        for why in words.not_taken(found):
            note(f"{path}: {why}")
        for one in found:
            if isinstance(one, NotTaken):
                continue
            answers = wanted.pop(one.sheet.code.serial, None)
            if answers is None:
                note(f"{path}: {typed} has no row with the serial {one.sheet.code.serial}.")
                continue
            asked += sum(item in one.sheet.questions for item in answers)
            differing = _differing(one.sheet, answers)
            right += sum(item not in one.sheet.questions for item in answers) - len(differing)
            wrong += len(differing)
            for item, option in differing.items():
                note(f"{path}: {item} was read as {option}, typed is {answers[item]}.")
    for serial in wanted:
        note(f"No photo shows the form {serial}.")
    say(f"{right:,} answers read right, {asked:,} would be asked, {wrong:,} read wrong.")
    if wrong:
        raise typer.Exit(1)


def _differing(sheet: PaperSheet, typed: dict[str, str]) -> dict[str, str | None]:
    """What was read without a question and differs from what was typed."""
    return {
        item: sheet.option(item)
        for item, option in typed.items()
        if item not in sheet.questions and sheet.option(item) != option
    }


def _typed(path: Path, instrument: Instrument) -> dict[str, dict[str, str]]:
    """By serial, the typed answers: item → nilai as text."""
    letters = dict(zip("abcd", "1234", strict=True))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise SkmError(f"{path} is no CSV file that can be read.") from None
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        cells = {
            (key or "").strip().casefold(): (value or "").strip() for key, value in row.items()
        }
        answers = {
            item.id: letters.get(cells[item.id.casefold()].lower(), cells[item.id.casefold()])
            for item in instrument.items
            if cells.get(item.id.casefold())
        }
        found[cells.get("serial", "").upper()] = answers
    if not found:
        raise SkmError(f"{path} has no rows: write serial, u1 to u9 in its first line.")
    return found
