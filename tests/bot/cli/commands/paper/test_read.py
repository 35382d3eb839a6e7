"""`skm paper read`, `answer`, `waiting` and `check`, with photos of forms that skm printed."""

import os
import sys
from pathlib import Path

import numpy as np
import pexpect
import pypdfium2
import pytest

from skm.paper.layout import WIDTH, layout_of
from skm.survey.instrument import Instrument
from tests.bot.cli.conftest import AddsCollector, Figures
from tests.paper import pens
from tests.paper.camera import Conditions, photo
from tests.paper.pens import DOTS, Page, Pen
from tests.skm.survey.test_instrument import SKM9
from tests.tools.command_line import Skm


def mark(page: Page, instrument: Instrument, *skipped: str) -> None:
    """Crosses the third box of each question, but of those skipped."""
    layout = layout_of(instrument)
    pen = Pen(page, np.random.default_rng(3), width=0.5, dark=0.85, shake=0.05)
    for item in layout.questions:
        if item not in skipped:
            pens.cross(pen, layout.of(item)[2].rect)


@pytest.fixture
def photos(skm: Skm, adds_collector: AddsCollector) -> list[str]:
    """Photos of three forms that were printed and filled; the last one lacks question U4."""
    code = adds_collector()
    assert skm("paper", "form", code, "--count", "3", "--out", "forms.pdf").code == 0
    pages = []
    for page in pypdfium2.PdfDocument(Path("forms.pdf").read_bytes()):
        sheet = np.array(page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L"))
        half = round(WIDTH * DOTS)
        pages += [sheet[:, :half].copy(), sheet[:, half:].copy()]
    names = []
    for at, page in enumerate(pages[:3]):
        mark(page, SKM9, *(["U4"] if at == 2 else []))
        names.append(f"{at}.jpg")
        Path(names[-1]).write_bytes(photo(page, Conditions(), np.random.default_rng(at)))
    return names


def test_clear_forms_are_stored_and_an_unsure_one_waits_for_its_answer(
    skm: Skm, photos: list[str], figures: Figures
) -> None:
    ended = skm("paper", "read", *photos, "--day", "2026-11-20", "--crops", "crops")
    assert ended.out == "Batch 1: 2 forms stored, 1 waiting.\n"
    assert "U4 (none)" in ended.err
    assert "U4 (none)" in skm("paper", "waiting").out
    assert ended.code == 1
    [crop] = Path("crops").iterdir()
    assert crop.name.startswith("3-")
    assert crop.name.endswith("-U4.png")
    assert figures("PAJANG", "2026-11")["responden"] == 2
    ended = skm("paper", "answer", "3", "U4", "b")
    assert ended.out == "Batch 1: 3 forms stored, 0 waiting.\n"
    assert figures("PAJANG", "2026-11")["responden"] == 3
    assert skm("paper", "waiting").out == ""


def test_a_batch_is_taken_back_and_its_photos_can_be_read_again(
    skm: Skm, photos: list[str], figures: Figures
) -> None:
    skm("paper", "read", *photos[:2], "--day", "2026-11-20")
    again = skm("paper", "read", photos[0], "--day", "2026-11-20")
    assert "serial (read before)" in again.err
    assert skm("paper", "answer", "3", "serial", "out").code == 0
    assert skm("undo", "1").code == 0
    assert figures("PAJANG", "2026-11")["responden"] == 0
    assert skm("paper", "read", photos[0]).out == "Batch 3: 1 forms stored, 0 waiting.\n"


def test_what_cannot_be_read_or_answered_is_said(skm: Skm, photos: list[str]) -> None:
    Path("text.jpg").write_text("no photo", encoding="utf-8")
    ended = skm("paper", "read", "text.jpg")
    assert "text.jpg: This file is no photo" in ended.err
    assert ended.err.endswith("No form was read.\n")
    assert skm("batches").out == ""
    assert skm("paper", "read", "nowhere.jpg").err.startswith("nowhere.jpg cannot be read")
    assert "in the future" in skm("paper", "read", photos[0], "--day", "2126-01-01").err
    skm("paper", "read", photos[2])
    assert "no answer e" in skm("paper", "answer", "1", "U4", "e").err
    assert "no item U14" in skm("paper", "answer", "1", "U14", "a").err
    assert "No form 9 is waiting" in skm("paper", "answer", "9", "U4", "a").err


def test_check_compares_with_typed_answers_and_stores_nothing(skm: Skm, photos: list[str]) -> None:
    skm("paper", "read", *photos[:2])
    serials = [
        line.split()[2].strip(",:") for line in skm("paper", "read", *photos[:2]).err.splitlines()
    ]
    columns = ",".join(item.id.lower() for item in SKM9.items)
    right, wrong = ",".join("c" * 9), "4," + ",".join("3" * 8)
    Path("typed.csv").write_text(
        f"serial,{columns}\n{serials[0]},{right}\n{serials[1]},{wrong}\n", encoding="utf-8"
    )
    ended = skm("paper", "check", *photos[:2], "--typed", "typed.csv")
    assert ended.out == "17 answers read right, 0 would be asked, 1 read wrong.\n"
    assert "1.jpg: U1 was read as 3, typed is 4." in ended.err
    assert ended.code == 1
    assert len(skm("batches").out.splitlines()) == 2
    Path("text.jpg").write_text("no photo", encoding="utf-8")
    ended = skm("paper", "check", "text.jpg", "--typed", "typed.csv")
    assert "text.jpg: This file is no photo" in ended.err
    assert "No photo shows the form" in ended.err
    assert "cannot be read" in skm("paper", "check", "no.jpg", "--typed", "typed.csv").err


def test_at_a_terminal_what_is_not_clear_is_asked(
    skm: Skm, photos: list[str], figures: Figures
) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[5]), "TERM": "dumb"}
    command = ["-m", "bot", "paper", "read", photos[2], "--day", "2026-11-20"]
    terminal = pexpect.spawn(sys.executable, command, env=env, encoding="utf-8", timeout=60)
    terminal.expect("4. .*there is no mark")
    terminal.expect("Enter to let it wait: ")
    terminal.sendline("d")
    terminal.expect("Batch 1: 1 forms stored, 0 waiting.")
    terminal.expect(pexpect.EOF)
    assert figures("PAJANG", "2026-11")["responden"] == 1
