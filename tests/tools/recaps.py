"""Recaps written as rows, and the one that a city published in 2023."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from skm.figures.ikm import Mutu, rounded
from skm.instansi.period import Period
from skm.intake.recaps.recap import Recap, RecapRow
from skm.intake.recaps.rows import OPTIONAL, REQUIRED, read
from skm.survey.unsur import Unsur
from tests.tools.tallies import RECAP

Q1, Q2 = Period.parse("2023-Q1"), Period.parse("2023-Q2")

SEED_AVERAGES = "88.5,88.4,84.8,96.8,87.7,87.9,89.1,95.3,87.5"
"""The means of its nine unsur as they were printed in that recap: U3 is wrong."""


def published() -> Recap:
    return read(RECAP.read_bytes(), RECAP.name)


def with_weight(weight: str, nilai_places: int = 2, places: int = 2) -> list[RecapRow]:
    """The units of the published recap's second quarter with indices computed by this weight, and
    with as many decimals.
    """
    return [_weighed(one, Fraction(weight), nilai_places, places) for one in published().rows[1::2]]


def _weighed(one: RecapRow, weight: Fraction, nilai_places: int, places: int) -> RecapRow:
    index = rounded(weight * sum(map(Fraction, one.nilai.values())), places)
    nilai = {unsur: rounded(Fraction(x), nilai_places) for unsur, x in one.nilai.items()}
    kept = replace(one, parent=None, mutu=None, prioritas=(), realised=None)
    return replace(kept, period=Q1, nilai=nilai, ikm=index)


def row(
    unit: str = "Pasar", nilai: str = "85.25 " * 9, ikm: str = "85.25", n: int = 100
) -> RecapRow:
    """A row that says no more than it must; `nilai`: U1 to U9."""
    return RecapRow(unit, None, Q1, nine(nilai), Decimal(ikm), None, n, (), None)


def nine(nilai: str) -> dict[Unsur, Decimal]:
    return dict(zip(Unsur, map(Decimal, nilai.split()), strict=True))


def child(parent: str, unit: str, ikm: str, n: int) -> RecapRow:
    """A unit below another, with the same figure everywhere."""
    return replace(row(unit, f"{ikm} " * 9, ikm, n), parent=parent)


def recap_of(*rows: RecapRow) -> Recap:
    return Recap(rows, "recap.csv", "0" * 64)


def csv_of(rows: Iterable[RecapRow], delimiter: str = ",", comma: bool = False) -> bytes:
    """The rows as a spreadsheet writes them; with `comma`, as an Indonesian one does."""

    def cell(value: Decimal | Mutu | None) -> str:
        text = "" if value is None else str(value)
        return text.replace(".", ",") if comma else text

    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([*REQUIRED, *OPTIONAL])
    for one in rows:
        figures = [*(cell(one.nilai[unsur]) for unsur in Unsur), cell(one.ikm), one.respondents]
        named = [*one.prioritas, "", "", ""][:3]
        rest = [one.parent or "", cell(one.mutu), *named, cell(one.realised)]
        writer.writerow([one.unit, one.period, *figures, *rest])
    return file.getvalue().encode()
