"""The sheets of the recap: tallies are numbers, every figure is a formula on them.

Each formula carries the figure that we computed, so that a program that does not compute shows the
same.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from skm.ikm import Mutu
from skm.output.cells import Formats, address, make_room, write_heads
from skm.output.spreadsheet import Line, Spreadsheet
from skm.report import Figures
from skm.sample import margin_of_error
from skm.unsur import Unsur
from skm.validity import GRATIS, gratis, ikm_without_u4

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

COUNTS: Final = 3  # the first column of counts in the tally
NRR: Final = COUNTS + 4 * len(Unsur)
NILAI: Final = 3  # the first column of nilai in the recap
IKM: Final = NILAI + len(Unsur)
U4: Final = list(Unsur).index(Unsur.U4)
PLAN: Final = 22
UNIT: Final = 42  # characters of a unit's name before it wraps
PEOPLE: Final = 16  # holds what is said instead of how many, in any language


def recap(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: Formats) -> None:
    """The usual columns. A line without figures says why instead of how many people."""
    write_heads(page, made.recap, f, {0, *range(NILAI, IKM + 1), IKM + 2})
    for at, line in enumerate(lines, 1):
        if line not in made.pooled:
            page.write_number(at, 0, at, f.whole)
        page.write_string(at, 1, line.unit, f.text)
        page.write_string(at, 2, line.period, f.text)
        _figures(page, at, line, made.names["tally"], f)
        for column, text in enumerate(line.after, IKM + 3):
            page.write_string(at, column, text, f.text)
        make_room(page, at, [(line.unit, UNIT), *((text, PLAN) for text in line.after)])
    page.set_column(0, 0, 5)
    page.set_column(1, 1, UNIT)
    page.set_column(2, IKM + 1, 9)
    page.set_column(IKM + 2, IKM + 2, PEOPLE)
    page.set_column(IKM + 3, IKM + 6, PLAN)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, len(lines), len(made.recap) - 1)


def _figures(page: "Worksheet", at: int, line: Line, tally: str, f: Formats) -> None:
    found = line.figures
    if found is None or found.nilai is None or found.ikm is None:
        page.write_string(at, IKM + 2, line.people, f.text)
        return
    for column, unsur in enumerate(Unsur):
        there = address(at, NRR + column, tally)
        page.write_formula(
            at, NILAI + column, f"=ROUND(25*{there},2)", f.two, float(found.nilai[unsur])
        )
    nine = f"{address(at, NRR, tally)}:{address(at, NRR + 8)}"
    page.write_formula(at, IKM, f"=ROUND(25*SUM({nine})/9,2)", f.two, float(found.ikm))
    page.write_formula(at, IKM + 1, _band(address(at, IKM)), f.text, str(found.mutu))
    people = f"={address(at, 2, tally)}"
    page.write_formula(at, IKM + 2, people, f.whole, found.responden)


def side(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: Formats) -> None:
    """Beside the index, never instead of it: the sample asked for and its margin of error, the
    index without U4 and the share of "Gratis".
    """
    write_heads(page, made.side, f, range(2, len(made.side)))
    tally = made.names["tally"]
    for at, found, _ in _measured(page, lines, f):
        page.write_formula(at, 2, f"={address(at, 2, tally)}", f.whole, found.responden)
        page.write_number(at, 3, found.target, f.whole)
        margin = margin_of_error(found.responden, found.population)
        page.write_number(at, 4, float(margin or 0), f.two)
        nine = f"{address(at, NRR, tally)}:{address(at, NRR + 8)}"
        without = f"=ROUND(25*(SUM({nine})-{address(at, NRR + U4, tally)})/8,2)"
        page.write_formula(at, 5, without, f.two, float(ikm_without_u4(found.tally) or 0))
        first = COUNTS + 4 * U4
        four = f"{address(at, first, tally)}:{address(at, first + 3)}"
        free = f"=ROUND(100*{address(at, first + GRATIS - 1, tally)}/SUM({four}),2)"
        page.write_formula(at, 6, free, f.two, float(gratis(found.tally) or 0))
    page.set_column(0, 0, UNIT)
    page.set_column(1, 6, 16)
    make_room(page, 0, [(head, 14) for head in made.side])
    page.freeze_panes(1, 2)


def _measured(
    page: "Worksheet", lines: Sequence[Line], f: Formats
) -> Iterator[tuple[int, Figures, Mapping[Unsur, Decimal]]]:
    """Writes whose each row is, and instead of figures why there are none; the others follow."""
    for at, line in enumerate(lines, 1):
        page.write_string(at, 0, line.unit, f.text)
        page.write_string(at, 1, line.period, f.text)
        found = line.figures
        if found is None or found.nrr is None:
            page.write_string(at, 2, line.people, f.text)
            continue
        make_room(page, at, [(line.unit, UNIT)])
        yield at, found, found.nrr


def _band(ikm: str) -> str:
    """One lower bound a band, the highest first."""
    a, b, c, d = Mutu
    return (
        f'=IF({ikm}>={a.lower_bound},"{a}",IF({ikm}>={b.lower_bound},"{b}",'
        f'IF({ikm}>={c.lower_bound},"{c}","{d}")))'
    )


def tally(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: Formats) -> None:
    """Hidden groups have no tally either."""
    write_heads(page, made.tally, f, range(2, len(made.tally)))
    for at, found, nrr in _measured(page, lines, f):
        page.write_number(at, 2, found.responden, f.whole)
        for number, unsur in enumerate(Unsur):
            first = COUNTS + 4 * number
            for offset, count in enumerate(found.tally.counts[unsur]):
                page.write_number(at, first + offset, count, f.whole)
            cells = [address(at, first + offset) for offset in range(4)]
            sums = "+".join(f"{nilai}*{cell}" for nilai, cell in enumerate(cells, 1))
            page.write_formula(
                at,
                NRR + number,
                f"=({sums})/SUM({cells[0]}:{cells[-1]})",
                f.three,
                float(nrr[unsur]),
            )
    page.set_column(0, 0, UNIT)
    page.set_column(2, 2, PEOPLE)
    page.freeze_panes(1, 2)
