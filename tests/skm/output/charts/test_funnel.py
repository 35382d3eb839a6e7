"""The funnel: how many respondents left before each step, and where most did."""

import pytest

from skm.output.charts.funnel import LENGTH, WORST, lost
from skm.output.charts.palette import LINE, REACHED
from tests.tools.chart_samples import funnel
from tests.tools.pixels import amount, drawn, longest_run


@pytest.mark.parametrize(
    ("reached", "gone"),
    [
        ([], []),
        ([412], [0]),
        ([412, 400, 361], [0, 12, 39]),
        ([412, 412], [0, 0]),
    ],
)
def test_the_loss_of_a_step_is_the_difference_to_the_step_before(
    reached: list[int], gone: list[int]
) -> None:
    assert lost(reached) == gone


def test_a_bar_is_as_long_as_its_share_of_all_respondents() -> None:
    bars = drawn(funnel(400, 100))
    assert longest_run(bars, REACHED) == LENGTH
    assert longest_run(bars, WORST) == pytest.approx(LENGTH * 3 / 4, abs=1)


def test_only_the_greatest_loss_is_coloured() -> None:
    bars = drawn(funnel(400, 380, 300, 290))
    assert longest_run(bars, WORST) == pytest.approx(LENGTH * 80 / 400, abs=1)
    assert longest_run(bars, LINE) == pytest.approx(LENGTH * 20 / 400, abs=1)


def test_a_step_without_a_loss_has_no_second_colour_and_no_legend() -> None:
    bars = drawn(funnel(400, 400, 400))
    assert amount(bars, WORST) == amount(bars, LINE) == 0


def test_a_funnel_without_respondents_is_no_error() -> None:
    assert amount(drawn(funnel(0, 0)), REACHED) == 0
