"""A table whose indices were all computed with a truncated weight: 0.11 or 0.111 instead of 1/9.

With 0.11 every index is 1 % too low, which each row shows. With 0.111 it is 0.1 % too low, which
rounding could explain in each row, but not in all of them: rounding errors go both ways.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from skm.figures.ikm import BOBOT, places
from skm.intake.recaps.recap import RecapRow, RecapTable, rounding_error
from skm.survey.unsur import Unsur

TRUNCATED: Final = (Decimal("0.11"), Decimal("0.111"))

WHOLE: Final = Fraction(9, 10)
"""The share of rows that a weight must explain; others may have errors of their own."""

ROWS: Final = 3
"""Rows from which on a table is one."""

IMPOSSIBLE: Final = 1e-6
POSSIBLE: Final = 0.01


@dataclass(frozen=True)
class WrongWeight:
    """A weight, and the rows whose indices follow with it."""

    weight: Decimal
    rows: tuple[RecapRow, ...]


def wrong_weight(table: RecapTable) -> WrongWeight | None:
    """The truncated weight that explains WHOLE of the rows, where 1/9 cannot explain them and no
    other one can.
    """
    found = [each for weight in TRUNCATED if (each := _explained(table, weight))]
    return found[0] if len(found) == 1 else None


def _explained(table: RecapTable, weight: Decimal) -> WrongWeight | None:
    used = Fraction(weight)
    rows = tuple(row for row in table.rows if _follows(row, table, used))
    if len(rows) < ROWS or len(rows) < WHOLE * len(table.rows):
        return None
    if chance(rows, table, BOBOT) > IMPOSSIBLE or chance(rows, table, used) < POSSIBLE:
        return None
    return WrongWeight(weight, rows)


def chance(rows: Sequence[RecapRow], table: RecapTable, weight: Fraction) -> float:
    """At most how often rounding alone makes the indices differ by so much, all together, from
    their unsur with that weight.

    Hoeffding 1963 (J. American Statistical Association 58, 13–30) for the sum of independent errors
    with mean 0, nine of nilai and one of the index in each row. Allowed beside that are indices
    that were cut off, and nilai that were rounded up from halves, as 85.3 from 85.25.
    """
    widths = [
        9 * (2 * weight * table.nilai_error(row)) ** 2 + (2 * table.ikm_error) ** 2 for row in rows
    ]
    halves = rounding_error(max((x for row in rows for x in row.nilai.values()), key=places)) / 2
    off = sum((_rest(row, weight) for row in rows), Fraction())
    beyond = max(abs(off) - len(rows) * (table.ikm_error + 9 * weight * halves), Fraction())
    return min(1.0, 2 * math.exp(-float(2 * beyond**2 / sum(widths))))


def _rest(row: RecapRow, weight: Fraction) -> Fraction:
    return row.figure(None) - weight * sum((row.figure(u) for u in Unsur), Fraction())


def _follows(row: RecapRow, table: RecapTable, weight: Fraction) -> bool:
    return abs(_rest(row, weight)) <= 9 * weight * table.nilai_error(row) + table.ikm_error
