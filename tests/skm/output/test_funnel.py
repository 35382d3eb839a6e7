"""The funnel: how many went where, and where most did."""

import pytest

from skm.output.funnel import LENGTH, WORST, Step, lost
from skm.output.palette import LINE, REACHED
from tests.skm.output.pixels import amount, drawn, longest_run
from tests.skm.output.samples import funnel


@pytest.mark.parametrize(
    ("reached", "gone"),
    [
        ([], []),
        ([412], [0]),
        ([412, 400, 361], [0, 12, 39]),
        ([412, 412], [0, 0]),
        ([412, None, 361], [0, 0, 51]),
        ([None, 400, 361], [0, 0, 39]),
    ],
)
def test_those_who_went_are_counted_from_the_last_known_number(
    reached: list[int | None], gone: list[int]
) -> None:
    assert lost([Step("", n) for n in reached]) == gone


def test_a_bar_is_as_long_as_its_share_of_everybody() -> None:
    bars = drawn(funnel(400, 100))
    assert longest_run(bars, REACHED) == LENGTH
    assert longest_run(bars, WORST) == pytest.approx(LENGTH * 3 / 4, abs=1)


def test_only_the_greatest_loss_is_coloured() -> None:
    bars = drawn(funnel(400, 380, 300, 290))
    assert longest_run(bars, WORST) == pytest.approx(LENGTH * 80 / 400, abs=1)
    assert longest_run(bars, LINE) == pytest.approx(LENGTH * 20 / 400, abs=1)


def test_where_nobody_went_nothing_is_coloured_or_explained() -> None:
    bars = drawn(funnel(400, 400, 400))
    assert amount(bars, WORST) == amount(bars, LINE) == 0


def test_an_unknown_number_is_no_bar_of_zero() -> None:
    assert amount(drawn(funnel(400, None)), REACHED) == amount(drawn(funnel(400)), REACHED)
    assert len(drawn(funnel(400, None))) > len(drawn(funnel(400)))


def test_nobody_at_all_is_no_error() -> None:
    assert amount(drawn(funnel(0, 0)), REACHED) == 0
