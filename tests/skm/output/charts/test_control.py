"""The control chart: every unit is drawn, and only those outside the limits are coloured."""

from skm.output.charts.control import HIGH, LOW
from skm.output.charts.palette import RIBBON
from tests.tools.chart_samples import control
from tests.tools.pixels import amount, columns, drawn, rows, where


def test_only_units_outside_the_limits_are_coloured() -> None:
    assert amount(drawn(control(0, 0, 0)), LOW) == amount(drawn(control(0, 0, 0)), HIGH) == 0
    both = drawn(control(0, -1, 1))
    assert amount(both, LOW) > 0
    assert amount(both, HIGH) > 0


def test_a_unit_below_stands_lower_and_one_with_more_answers_further_right() -> None:
    both = drawn(control(-1, 0, 1))
    assert rows(both, LOW).min() > rows(both, HIGH).min()
    assert columns(both, LOW).min() < columns(both, HIGH).max()


def test_the_limits_are_wide_for_few_answers_and_narrow_for_many() -> None:
    ribbon = where(drawn(control()), RIBBON)[:600]  # without the legend
    tall = ribbon.sum(axis=0)
    across = tall.nonzero()[0]
    assert tall[across[2]] > 2 * tall[across[-3]] > 0
