"""Bars: as long as the figure, in the colour of its band, and none without a figure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from skm.figures.ikm import Mutu
from skm.output.charts.bars import LENGTH, Bar, Bars
from skm.output.charts.canvas import MARGIN
from skm.output.charts.palette import BANDS, INK, PAPER, SHADE, SOFT
from tests.tools.chart_samples import FEW, INTERVAL, longest_name
from tests.tools.pixels import Pixels, amount, columns, drawn, longest_run, where

NOTCHES = 6  # three edges of two pixels


def chart(*rows: Bar) -> Bars:
    return Bars(title="", subtitle="", rows=rows, interval=INTERVAL, before="lalu", locale="id")


def bar_only(row: Bar) -> Pixels:
    """The bar alone, without the letters beside and under it."""
    return drawn(chart(row))[:92, : MARGIN + LENGTH + 8]


@pytest.mark.parametrize(
    ("nilai", "band", "length"),
    [
        ("25.00", Mutu.D, 0),
        ("62.50", Mutu.D, LENGTH / 2),
        ("100.00", Mutu.A, LENGTH - NOTCHES),
    ],
)
def test_a_bar_is_as_long_as_its_figure_on_the_scale_from_25_to_100(
    nilai: str, band: Mutu, length: float
) -> None:
    found = longest_run(bar_only(Bar("", Decimal(nilai))), BANDS[band].fill)
    assert found == pytest.approx(length, abs=1)


@pytest.mark.parametrize(
    ("nilai", "band"),
    [
        ("64.99", "D"),
        ("65.00", "C"),
        ("76.60", "C"),
        ("76.61", "B"),
        ("88.30", "B"),
        ("88.31", "A"),
    ],
)
def test_the_colour_is_that_of_the_band(nilai: str, band: str) -> None:
    pixels = bar_only(Bar("", Decimal(nilai)))
    assert [mutu for mutu in Mutu if amount(pixels, BANDS[mutu].fill)] == [band]


def test_the_interval_reaches_from_end_to_end() -> None:
    row = Bar("", Decimal("62.50"), (Decimal("55.00"), Decimal("70.00")))
    found = columns(bar_only(row), INK)
    assert found.min() == pytest.approx(MARGIN + LENGTH * 30 / 75, abs=2)
    assert found.max() == pytest.approx(MARGIN + LENGTH * 45 / 75, abs=2)


def test_the_period_before_is_marked_under_the_bar() -> None:
    row = Bar("", Decimal("62.50"), before=Decimal("90.00"))
    assert columns(bar_only(row), INK).mean() == pytest.approx(MARGIN + LENGTH * 65 / 75, abs=1)


def test_a_row_without_a_figure_has_a_note_and_no_bar() -> None:
    whole = drawn(chart(Bar("Kelurahan Sondakan", None, note=FEW)))
    assert len(whole) > len(drawn(chart(Bar("Kelurahan Sondakan", None))))
    row = whole[:110]
    assert amount(row, INK) > 0
    assert amount(row, SOFT) > 0
    assert not any(amount(row, color) for color in (SHADE, *(p.fill for p in BANDS.values())))


def test_only_marks_that_occur_are_explained() -> None:
    plain = Bar("", Decimal("80.00"))
    marked = replace(plain, interval=(Decimal("79.00"), Decimal("81.00")))
    assert len(drawn(chart(marked))) > len(drawn(chart(plain)))


def test_a_long_name_takes_more_lines_instead_of_being_cut() -> None:
    short, long = (Bar(name, Decimal("80.00"), note=FEW) for name in ("Pajang", longest_name()))
    assert len(drawn(chart(long))) >= len(drawn(chart(short))) + 2 * 32


def test_a_long_explanation_takes_more_lines_instead_of_being_cut() -> None:
    row = Bar("", Decimal("80.00"), before=Decimal("81.00"))
    long = replace(chart(row), before="Periode sebelumnya (23 sampai 29 November 2026) " * 2)
    assert len(drawn(long)) > len(drawn(chart(row)))
    assert where(drawn(long)[:, -MARGIN:], PAPER).all()


def test_the_index_stands_large_at_the_top_or_not_at_all() -> None:
    without = chart(Bar("", Decimal("80.00")))
    assert len(drawn(replace(without, ikm=Decimal("86.34")))) > len(drawn(without))
