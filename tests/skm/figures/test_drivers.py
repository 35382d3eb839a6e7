"""Which unsur move with satisfaction, and when that is not said."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from skm.figures.drivers import AnswerPattern, Drivers, Quadrant, drivers
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.survey.unsur import Unsur
from tests.tools.populations import People, tally

Q4 = Period.parse("2026-Q4")


def people(n: int, seed: int = 3) -> People:
    """U2 to U6 follow what people think of the whole, U3 at a lower nilai; the others do not, U9 at
    a lower and U8 at a higher nilai.
    """
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    follow = np.array([0.2, 0.9, 0.95, 0.9, 0.9, 0.9, 0.2, 0.1, 0.1])
    noise = rng.normal(size=(n, 9)) * np.sqrt(1 - follow**2)
    level = np.array([3, 3, 2.1, 3.3, 3, 3, 3, 3.7, 2.2])
    given: People = np.clip(np.rint(level + 0.8 * (follow * mood + noise)), 1, 4).astype(np.int64)
    return given


def of(given: People, *, derivable: bool = False) -> Drivers | None:
    report = replace(Report.of("PAJANG", Q4, {"skm9-2": tally(given)}), derivable=derivable)
    return drivers(report, patterns(given))


def patterns(given: People) -> list[AnswerPattern]:
    counted = Counter(tuple(row) for row in given.tolist())
    return [
        ({unsur: Fraction(x) for unsur, x in zip(Unsur, row, strict=True)}, many)
        for row, many in counted.items()
    ]


def test_an_unsur_that_decides_satisfaction_and_is_low_comes_first() -> None:
    found = of(people(1000))
    assert found is not None
    clear = {each.unsur: each.quadrant for each in found.each if each.is_clear}
    assert clear[Unsur.U3] is Quadrant.PRIORITY
    assert clear[Unsur.U4] is Quadrant.KEEP
    assert clear[Unsur.U8] is Quadrant.FINE
    assert clear[Unsur.U9] is Quadrant.LATER
    assert found.is_reliable


def test_r_is_that_with_the_other_eight() -> None:
    given = people(200)
    found = of(given)
    assert found is not None
    u5 = given[:, 4]
    expected = np.corrcoef(u5, given.sum(axis=1) - u5)[0, 1]
    by_unsur = {each.unsur: each for each in found.each}
    assert float(by_unsur[Unsur.U5].r) == pytest.approx(expected, abs=0.005)
    low, high = by_unsur[Unsur.U5].r_interval
    assert low < by_unsur[Unsur.U5].r < high


def test_where_the_unsur_are_alike_none_is_clearly_anywhere() -> None:
    rng = np.random.default_rng(5)
    given = np.clip(np.rint(3 + rng.normal(size=(300, 1)) + rng.normal(size=(300, 9))), 1, 4)
    found = of(given.astype(np.int64))
    assert found is not None
    assert not [each for each in found.each if each.is_clear]


@pytest.mark.parametrize(
    ("n", "shown", "reliable"),
    [(29, False, False), (30, True, False), (99, True, False), (100, True, True)],
)
def test_nothing_is_said_below_30_and_less_than_100_is_not_reliable(
    n: int, shown: bool, reliable: bool
) -> None:
    found = of(people(n))
    assert (found is not None) is shown
    assert found is None or found.is_reliable is reliable


def test_nothing_is_said_where_almost_everybody_answered_alike() -> None:
    given = np.full((400, 9), 4)
    given[:9] = people(9)
    assert of(given) is None
    given[:60] = people(60)
    assert of(given) is not None


def test_nothing_is_said_of_a_unit_that_is_withheld() -> None:
    assert of(people(200), derivable=True) is None
    assert of(people(4)) is None


def test_an_unsur_that_all_answered_alike_has_no_correlation_and_is_named() -> None:
    given = people(200)
    given[:, 3] = 4
    found = of(given)
    assert found is not None
    assert found.same == [Unsur.U4]
    assert [each.unsur for each in found.each] == [one for one in Unsur if one is not Unsur.U4]


def test_the_lines_are_the_means_of_the_nine() -> None:
    given = people(300)
    found = of(given)
    assert found is not None
    mean = Decimal(round(25 * given.mean() * 100)) / 100
    assert abs(found.nilai - mean) <= Decimal("0.01")
    mean_r = sum((each.r for each in found.each), Decimal()) / 9
    assert abs(found.r - mean_r) <= Decimal("0.01")
