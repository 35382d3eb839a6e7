"""What holds for every chart: its size, its margins, its bytes, and what drawing one loads."""

import io
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skm.output.charts.canvas import MARGIN, TALLEST, WIDTH
from skm.output.charts.draw import Chart, draw
from skm.output.charts.palette import PAPER
from tests.tools.chart_samples import nine_unsur, one_of_each, ranking, trend, units
from tests.tools.pixels import drawn, where

ROOT = Path(__file__).parents[4]
EACH = pytest.mark.parametrize("chart", one_of_each().values(), ids=one_of_each().keys())


@EACH
def test_a_chart_is_a_png_720_wide_and_no_taller_than_a_phone_scrolls(chart: Chart) -> None:
    picture = Image.open(io.BytesIO(draw(chart)))
    assert (picture.format, picture.mode, picture.width) == ("PNG", "RGB", WIDTH)
    assert picture.height < 3 * WIDTH


@EACH
def test_the_margins_stay_white_even_beside_the_longest_names(chart: Chart) -> None:
    pixels, edge = drawn(chart), MARGIN // 2
    for part in (pixels[:edge], pixels[-edge:], pixels[:, :edge], pixels[:, -edge:]):
        assert where(part, PAPER).all()


@EACH
def test_a_chart_holds_no_date_and_no_other_metadata(chart: Chart) -> None:
    assert chunks(draw(chart)) == {b"IHDR", b"IDAT", b"IEND"}


def chunks(png: bytes) -> set[bytes]:
    """The kinds of chunk in a PNG: after the signature each has length, kind, data, checksum."""
    kinds, at = set(), 8
    while at < len(png):
        kinds.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return kinds


def test_the_same_values_give_the_same_bytes_whatever_was_drawn_before() -> None:
    charts = list(one_of_each().values())
    assert [draw(chart) for chart in charts] == [draw(chart) for chart in charts[::-1]][::-1]


def test_another_process_draws_the_same_bytes() -> None:
    charts = list(one_of_each().values())
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        assert list(pool.map(draw, charts)) == [draw(chart) for chart in charts]


def test_threads_do_not_draw_over_each_other() -> None:
    charts = list(one_of_each().values()) * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, charts)) == [draw(chart) for chart in charts]


def test_another_figure_gives_other_bytes() -> None:
    best, second, *_ = units()
    assert draw(nine_unsur(best)) != draw(nine_unsur(second))


def test_several_charts_stand_below_each_other_in_one_picture() -> None:
    one, other = nine_unsur(units()[0]), trend("Dinas Pendidikan", [None])
    together = np.vstack([drawn(one), drawn(other)])
    assert (drawn(one, other) == together).all()


def test_too_many_rows_are_refused_with_a_sentence_and_not_cut_off() -> None:
    with pytest.raises(ValueError, match=f"at most {TALLEST} pixels high: give it fewer rows"):
        draw(ranking(units()))


def test_twenty_units_fit_even_if_all_have_the_longest_name() -> None:
    longest = max(units(), key=lambda row: len(row.unit))
    assert len(drawn(ranking([longest] * 20))) <= TALLEST


def test_matplotlib_is_loaded_with_the_first_drawing_and_pyplot_never() -> None:
    program = """
import sys
import skm.output.charts.draw, tests.tools.chart_samples as samples
before = {"matplotlib", "numpy", "PIL"} & set(sys.modules)
skm.output.charts.draw.draw(samples.trend("Dinas Pendidikan", [None]))
print(before, "matplotlib" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == "set() True False", run.stderr


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert len(drawn(trend("Kelurahan Pajang", []))) > MARGIN
