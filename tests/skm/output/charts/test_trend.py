"""The trend: gaps stay gaps, imported figures stand apart, the scale is the same for all."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from skm.output.charts.draw import draw
from skm.output.charts.palette import INK, LINE, RIBBON, SOFT
from skm.output.charts.trend import HEIGHT, LEFT, RIGHT, Trend
from tests.tools.chart_samples import trend
from tests.tools.pixels import Pixels, amount, columns, drawn, rows, where

EIGHTY = Decimal(80)
TOP = 160  # of the plot, under a title and a subtitle of one line each


def plot(chart: Trend) -> Pixels:
    """The lines without the words around them and without the crosses at the bottom."""
    return drawn(chart)[TOP : TOP + HEIGHT - 30, LEFT:RIGHT]


def between(pixels: Pixels, one: int, other: int, of: int) -> Pixels:
    """The columns between two periods, without their dots."""
    step = (RIGHT - LEFT - 20) / (of - 1)
    return pixels[:, round(20 + one * step + 16) : round(20 + other * step - 16)]


def figures(*values: int | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(value) for value in values]


def test_neighbours_are_joined_and_a_period_without_data_is_a_gap() -> None:
    joined, gap = trend("A", figures(80, 81, 82)), trend("A", figures(80, None, 82))
    assert amount(between(plot(joined), 0, 2, of=3), INK) > 0
    assert amount(between(plot(gap), 0, 2, of=3), INK) == 0
    assert amount(between(plot(gap), 0, 2, of=3), RIBBON) == 0


def test_a_gap_is_marked_and_explained_and_only_then() -> None:
    bottom = drawn(trend("A", figures(80, None, 82)))[TOP + HEIGHT - 22 : TOP + HEIGHT - 2]
    marked = columns(bottom[:, LEFT:RIGHT], SOFT)
    assert marked.mean() == pytest.approx(20 + (RIGHT - LEFT - 20) / 2, abs=2)
    assert len(drawn(trend("A", figures(80, None, 82)))) > len(drawn(trend("A", figures(80, 82))))


def test_imported_figures_are_hollow_and_dashed_and_never_joined_to_the_own() -> None:
    pixels = plot(trend("A", figures(80, 80, 80, 80), imported=2))
    dashed = where(between(pixels, 0, 1, of=4), SOFT).any(axis=0)
    assert dashed.any()
    assert not dashed.all()
    assert not where(between(pixels, 1, 2, of=4), SOFT).any()
    assert not where(between(pixels, 1, 2, of=4), INK).any()
    assert where(between(pixels, 2, 3, of=4), INK).any(axis=0).all()


def test_figures_of_two_questionnaires_are_not_joined_and_the_change_is_marked() -> None:
    one = trend("A", figures(80, 81, 82))
    asked = zip(one.periods, ("old", "old", "new"), strict=True)
    two = replace(one, periods=[replace(p, questionnaire=name) for p, name in asked])
    assert amount(between(plot(two), 0, 1, of=3), INK) > 0
    assert amount(between(plot(two), 1, 2, of=3), INK) == 0
    marked = columns(between(plot(two), 1, 2, of=3), SOFT)
    assert len(marked)
    assert marked.max() - marked.min() < 6
    assert amount(between(plot(one), 1, 2, of=3), SOFT) == 0
    assert len(drawn(two)) >= len(drawn(one))


@pytest.mark.parametrize("lowest", [60, 82, 99])
def test_units_share_one_scale_however_high_they_stand(lowest: int) -> None:
    """The three edges lie at the same heights, so two pictures can be held side by side."""
    chart = trend("A", [Decimal(lowest) + 2, Decimal(100)])
    assert (edges(chart) == edges(trend("A", [EIGHTY, EIGHTY]))).all()


def test_a_figure_below_60_shows_the_whole_scale() -> None:
    low, usual = edges(trend("A", [Decimal(40)])), edges(trend("A", [EIGHTY]))
    assert low.max() < usual.max()
    assert amount(plot(trend("A", [Decimal(40)])), INK) > 0


def edges(chart: Trend) -> NDArray[np.intp]:
    """The rows in which the three lines between the bands run."""
    return rows(plot(chart)[:, :10], LINE)


def test_without_any_data_the_picture_says_so_and_shows_no_figure() -> None:
    nothing = trend("A", [None] * 12)
    assert amount(plot(nothing), INK) == 0
    assert draw(nothing) != draw(replace(nothing, missing="no data"))


@pytest.mark.parametrize(("periods", "labels"), [(1, 1), (4, 4), (12, 6)])
def test_labels_that_would_touch_are_thinned_out_and_the_newest_stays(
    periods: int, labels: int
) -> None:
    under = drawn(trend("A", [EIGHTY] * periods))[TOP + HEIGHT + 12 : TOP + HEIGHT + 42]
    written = np.flatnonzero((under < 128).any(axis=(0, 2)))
    assert 1 + (np.diff(written) > 8).sum() == labels
    assert periods == 1 or written.max() > RIGHT - 10


@pytest.mark.parametrize("label", ["16Nov26", "TriwulanIV"])
@pytest.mark.parametrize("periods", range(2, 13))
def test_no_two_long_labels_come_near_each_other(label: str, periods: int) -> None:
    chart = trend("A", [EIGHTY] * periods)
    chart = replace(chart, periods=[replace(one, label=label) for one in chart.periods])
    under = drawn(chart)[TOP + HEIGHT + 12 : TOP + HEIGHT + 42]
    gaps = np.diff(np.flatnonzero((under < 128).any(axis=(0, 2))))
    assert not ((gaps > 7) & (gaps < 13)).any()  # within a word less, between labels more
