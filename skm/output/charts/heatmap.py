"""A heat map of units × unsur: every nilai printed on the colour of its band."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.figures.ikm import Mutu, mutu
from skm.figures.sample import HIGHEST
from skm.output.charts.canvas import INNER, MARGIN, Canvas
from skm.output.charts.marks import (
    LETTER,
    SMALL,
    Sign,
    decimals,
    head,
    legend,
    letter_sign,
    paragraph,
)
from skm.output.charts.palette import BANDS, SOFT
from skm.survey.unsur import Unsur

GAP: Final = 4
CELL: Final = (INNER + GAP) / len(Unsur) - GAP
TALL: Final = 44


@dataclass(frozen=True)
class HeatmapUnit:
    """A row: the nilai (25–100) of all nine unsur, or none and a `note` that says why."""

    label: str
    nilai: Mapping[Unsur, Decimal]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """What to draw. `unsur`: short names. `locale`: how numbers are written."""

    title: str
    subtitle: str
    units: Sequence[HeatmapUnit]
    unsur: Mapping[Unsur, str]
    locale: str


def draw_heat_map(canvas: Canvas, chart: HeatMap) -> float:
    """Draws the chart and returns its height in pixels."""
    y = head(canvas, chart.title, chart.subtitle)
    for unsur in Unsur:
        canvas.text((_x(unsur) + CELL / 2, y + 24), unsur.value, LETTER, SOFT, "middle")
    y += 32
    for unit in chart.units:
        y = _unit(canvas, y, unit, chart.locale)
    y = legend(canvas, y, _legend(chart.locale))
    names = ", ".join(f"{unsur} {name}".replace(" ", "\xa0") for unsur, name in chart.unsur.items())
    return paragraph(canvas, y + 12, names, SOFT, SMALL) + MARGIN


def _legend(locale: str) -> Iterator[tuple[Sign, str]]:
    for band in Mutu:
        bound = band.lower_bound if band is not Mutu.D else Mutu.C.lower_bound
        words = f"{'<' if band is Mutu.D else '≥'} {decimals(bound, locale)}"
        yield letter_sign(band), words


def _x(unsur: Unsur) -> float:
    return MARGIN + (unsur.number - 1) * (CELL + GAP)


def _unit(canvas: Canvas, y: float, unit: HeatmapUnit, locale: str) -> float:
    y = paragraph(canvas, y + 4, unit.label)
    if not unit.nilai:
        return paragraph(canvas, y, unit.note, SOFT, SMALL) + 12
    for unsur in Unsur:
        _cell(canvas, _x(unsur), y, unit.nilai[unsur], locale)
    return y + TALL + 12


def _cell(canvas: Canvas, x: float, y: float, nilai: Decimal, locale: str) -> None:
    paint = BANDS[mutu(nilai)]
    canvas.box(x, y, CELL, TALL, paint.fill)
    place = (x + CELL / 2, y + TALL / 2 + 8)
    canvas.text(place, _printed(nilai, locale), SMALL, paint.ink, "middle")


def _printed(nilai: Decimal, locale: str) -> str:
    """Returns a figure in at most five characters, which is what a cell has room for."""
    return decimals(nilai, locale) if nilai < HIGHEST else f"{HIGHEST:.0f}"
