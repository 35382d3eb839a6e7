"""The quadrants: every unsur is drawn, and the certain ones are told from the others."""

from dataclasses import replace
from decimal import Decimal

from skm.output.charts.palette import REACHED, SHADE
from skm.output.charts.quadrant import LabelSize, label_centres
from tests.tools.chart_samples import quadrant
from tests.tools.pixels import amount, drawn

SIZE = LabelSize(30, 20, 10)


def test_dots_of_certain_unsur_are_filled() -> None:
    none, two = (amount(drawn(quadrant(*certain)), REACHED) for certain in ((), (True, True)))
    assert two > none > 0


def test_a_low_nilai_stands_left_and_what_moves_with_satisfaction_stands_high() -> None:
    by_label = {dot.point.label: dot.centre for dot in quadrant().dots(360, 300, SIZE)}
    assert min(by_label, key=lambda label: by_label[label][0]) == "U3"  # nilai 79,6
    assert min(by_label, key=lambda label: by_label[label][1]) == "U3"  # r 0,71
    assert max(by_label, key=lambda label: by_label[label][1]) == "U4"  # r 0,22
    assert all(0 < x < 360 and 0 < y < 300 for x, y in by_label.values())


def test_the_quadrant_to_look_at_first_is_shaded() -> None:
    assert amount(drawn(quadrant()), SHADE) > 10_000


def test_small_differences_do_not_fill_the_plot() -> None:
    points = [replace(point, nilai=Decimal("86.62"), importance=Decimal("0.54"))
              for point in quadrant().points]  # fmt: skip
    chart = replace(quadrant(), points=points)
    assert {dot.centre for dot in chart.dots(100, 100, SIZE)} == {(50.0, 50.0)}


def test_a_label_stands_right_of_its_dot_or_where_nothing_is_in_the_way() -> None:
    far = (1000.0, 1000.0)
    assert label_centres([(50, 50)], SIZE, far) == [(75, 50)]
    assert label_centres([(50, 50), (80, 50)], SIZE, far) == [(25, 50), (105, 50)]
    assert label_centres([(50, 50), (80, 50), (20, 50)], SIZE, far)[0] == (50, 30)
    assert label_centres([(50, 50)], SIZE, (75, 1000)) == [(25, 50)]
