"""Units × unsur: every nilai printed on the colour of its band."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.ikm import Mutu, mutu
from skm.output.canvas import INNER, MARGIN, Canvas
from skm.output.marks import LETTER, SMALL, Sign, decimals, head, legend, letter_sign, paragraph
from skm.output.palette import BANDS, SOFT
from skm.sample import HIGHEST
from skm.unsur import Unsur

GAP: Final = 4
CELL: Final = (INNER + GAP) / len(Unsur) - GAP
TALL: Final = 44


@dataclass(frozen=True)
class Unit:
    """A row. Without `nilai` (25–100) its `note` says why."""

    label: str
    nilai: Mapping[Unsur, Decimal]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """What to draw, with its words.

    `unsur`: their short names; `missing` explains the dash in an empty cell.
    """

    title: str
    subtitle: str
    units: Sequence[Unit]
    unsur: Mapping[Unsur, str]
    missing: str
    locale: str


def draw_heat_map(canvas: Canvas, chart: HeatMap) -> float:
    """Draws it and gives the height."""
    y = head(canvas, chart.title, chart.subtitle)
    for unsur in Unsur:
        canvas.text((_x(unsur) + CELL / 2, y + 24), unsur.value, LETTER, SOFT, "middle")
    y += 32
    for unit in chart.units:
        y = _unit(canvas, y, unit, chart.locale)
    y = legend(canvas, y, _legend(chart))
    names = ", ".join(f"{unsur} {name}".replace(" ", "\xa0") for unsur, name in chart.unsur.items())
    return paragraph(canvas, y + 12, names, SOFT, SMALL) + MARGIN


def _legend(chart: HeatMap) -> Iterator[tuple[Sign, str]]:
    for band in Mutu:
        above = band.lower_bound if band is not Mutu.D else Mutu.C.lower_bound
        words = f"{'<' if band is Mutu.D else '≥'} {decimals(above, chart.locale)}"
        yield letter_sign(band), words
    if any(0 < len(unit.nilai) < len(Unsur) for unit in chart.units):
        yield _dash, chart.missing


def _dash(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x - 8, y), (x + 8, y)], SOFT)


def _x(unsur: Unsur) -> float:
    return MARGIN + (unsur.number - 1) * (CELL + GAP)


def _unit(canvas: Canvas, y: float, unit: Unit, locale: str) -> float:
    y = paragraph(canvas, y + 4, unit.label)
    if not unit.nilai:
        return paragraph(canvas, y, unit.note, SOFT, SMALL) + 12
    for unsur in Unsur:
        if unsur in unit.nilai:
            _cell(canvas, _x(unsur), y, unit.nilai[unsur], locale)
        else:
            _dash(canvas, _x(unsur) + CELL / 2, y + TALL / 2)
    return y + TALL + 12


def _cell(canvas: Canvas, x: float, y: float, nilai: Decimal, locale: str) -> None:
    paint = BANDS[mutu(nilai)]
    canvas.box(x, y, CELL, TALL, paint.fill)
    place = (x + CELL / 2, y + TALL / 2 + 8)
    canvas.text(place, _printed(nilai, locale), SMALL, paint.ink, "middle")


def _printed(nilai: Decimal, locale: str) -> str:
    """A cell has room for five characters: the one longer figure is written as 100."""
    return decimals(nilai, locale) if nilai < HIGHEST else f"{HIGHEST:.0f}"
