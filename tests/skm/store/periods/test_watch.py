"""The rows of the watch table stand in the order of the tree."""

from skm.instansi.upp import Upp
from skm.store.periods.watch import in_order


def test_units_stand_below_their_parents_by_code() -> None:
    units = [
        Upp("C", "C", "B"),
        Upp("A", "A"),
        Upp("B", "B"),
        Upp("D", "D", "A"),
        Upp("E", "E", "X"),
    ]
    assert [(unit.code, depth) for unit, depth in in_order(units)] == [
        ("A", 0), ("D", 1), ("B", 0), ("C", 1), ("E", 0),
    ]  # fmt: skip
