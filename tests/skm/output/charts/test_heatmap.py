"""The heat map: each figure stands in the column of its own unsur."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from skm.figures.ikm import Mutu, mutu
from skm.output.charts.canvas import MARGIN
from skm.output.charts.draw import draw
from skm.output.charts.heatmap import CELL, GAP, TALL, HeatMap, HeatmapUnit
from skm.output.charts.palette import BANDS, PAPER
from skm.survey.unsur import Unsur
from tests.tools.chart_samples import FEW, heat_map
from tests.tools.pixels import Pixels, amount, drawn, where

NINE = {unsur: Decimal(60 + 4 * unsur.number) for unsur in Unsur}
FILLS = [BANDS[band].fill for band in Mutu]


def of(*units: HeatmapUnit) -> HeatMap:
    return replace(heat_map([]), units=units)


def cells(chart: HeatMap) -> Pixels:
    """The first unit's cells, under a head of one line each and a name of one line."""
    return drawn(chart)[180 : 180 + TALL]


def test_figures_are_placed_by_their_unsur_and_not_by_their_order() -> None:
    turned = {unsur: NINE[unsur] for unsur in reversed(Unsur)}
    assert draw(of(HeatmapUnit("Pajang", NINE))) == draw(of(HeatmapUnit("Pajang", turned)))


def test_each_cell_has_the_colour_of_its_band() -> None:
    """64 | 68 72 76 | 80 84 88 | 92 96"""
    middle = MARGIN + (CELL + GAP) * np.arange(9) + CELL / 2
    top = cells(of(HeatmapUnit("Pajang", NINE)))[1]  # above the figures
    for x, band in zip(middle.astype(int), "DCCCBBBAA", strict=True):
        assert where(top[None, x : x + 1], BANDS[Mutu(band)].fill).all(), band


def test_a_unit_without_figures_has_a_note_and_no_cells() -> None:
    small = of(HeatmapUnit("Sondakan", {}, FEW))
    assert not any(amount(cells(small), fill) for fill in FILLS)
    assert draw(small) != draw(of(HeatmapUnit("Sondakan", {}, "lain")))


@pytest.mark.parametrize("figure", ["25.00", "88.88", "100.00"])
def test_no_figure_runs_over_the_edge_of_its_cell(figure: str) -> None:
    pixels = cells(of(HeatmapUnit("Pajang", dict.fromkeys(Unsur, Decimal(figure)))))
    for column in range(1, 9):
        end = round(MARGIN + column * (CELL + GAP))
        assert where(pixels[:, end - GAP + 1 : end - 1], PAPER).all()
        assert where(pixels[:, end + 1 : end + 3], BANDS[mutu(Decimal(figure))].fill).all()
