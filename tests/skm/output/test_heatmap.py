"""The heat map: each figure in the column of its own unsur, a dash where there is none."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from skm.ikm import Mutu, mutu
from skm.output.canvas import MARGIN
from skm.output.charts import draw
from skm.output.heatmap import CELL, GAP, TALL, HeatMap, Unit
from skm.output.palette import BANDS, PAPER, SOFT
from skm.unsur import Unsur
from tests.skm.output.pixels import Pixels, amount, drawn, where
from tests.skm.output.samples import FEW, MISSING, heat_map

NINE = {unsur: Decimal(60 + 4 * unsur.number) for unsur in Unsur}
FILLS = [BANDS[band].fill for band in Mutu]


def of(*units: Unit) -> HeatMap:
    return replace(heat_map([]), units=units)


def cells(chart: HeatMap) -> Pixels:
    """The first unit's cells, under a head of one line each and a name of one line."""
    return drawn(chart)[180 : 180 + TALL]


def test_figures_are_placed_by_their_unsur_and_not_by_their_order() -> None:
    turned = {unsur: NINE[unsur] for unsur in reversed(Unsur)}
    assert draw(of(Unit("Pajang", NINE))) == draw(of(Unit("Pajang", turned)))


def test_each_cell_has_the_colour_of_its_band() -> None:
    """64 | 68 72 76 | 80 84 88 | 92 96"""
    middle = MARGIN + (CELL + GAP) * np.arange(9) + CELL / 2
    top = cells(of(Unit("Pajang", NINE)))[1]  # above the figures
    for x, band in zip(middle.astype(int), "DCCCBBBAA", strict=True):
        assert where(top[None, x : x + 1], BANDS[Mutu(band)].fill).all(), band


def test_an_unknown_figure_is_a_dash_with_its_explanation_and_no_cell() -> None:
    some = dict(NINE)
    del some[Unsur.U1]
    unknown = of(Unit("Pajang", some))
    assert amount(cells(of(Unit("Pajang", NINE))), BANDS[Mutu.D].fill) > 0
    assert amount(cells(unknown), BANDS[Mutu.D].fill) == 0
    assert amount(cells(unknown)[:, : round(MARGIN + CELL)], SOFT) > 0
    assert draw(unknown) != draw(replace(unknown, missing="no data"))


def test_a_small_group_has_words_and_no_cells() -> None:
    small = of(Unit("Sondakan", {}, FEW))
    assert not any(amount(cells(small), fill) for fill in FILLS)
    assert draw(small) != draw(of(Unit("Sondakan", {}, MISSING)))


@pytest.mark.parametrize("figure", ["25.00", "88.88", "100.00"])
def test_no_figure_runs_over_the_edge_of_its_cell(figure: str) -> None:
    pixels = cells(of(Unit("Pajang", dict.fromkeys(Unsur, Decimal(figure)))))
    for column in range(1, 9):
        end = round(MARGIN + column * (CELL + GAP))
        assert where(pixels[:, end - GAP + 1 : end - 1], PAPER).all()
        assert where(pixels[:, end + 1 : end + 3], BANDS[mutu(Decimal(figure))].fill).all()
