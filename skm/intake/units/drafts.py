"""The rows of a list of units as they stand, before codes and parents are found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skm.instansi.find_upp import folded
from skm.intake.cells.text import visible
from skm.intake.remark import Remark, RemarkKind
from skm.intake.table.grid import GridRow
from skm.intake.table.layout import TableLayout, is_numbering
from skm.intake.units import headings
from skm.intake.words import is_total

NAME_LENGTH = 200
POPULATION = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([.,\u00a0 ][0-9]{3}){1,2}")


@dataclass(frozen=True)
class UnitDraft:
    """`line`: in the file. `above`: what stands in the column of parents, or of offices, which is
    said once for the rows below it. `is_group`: it is an office, which needs no row of its own.
    """

    line: int
    number: str
    code: str
    name: str
    above: str
    is_group: bool
    population: int | None


def read(layout: TableLayout, known: frozenset[str], remarks: list[Remark]) -> Iterator[UnitDraft]:
    """The rows with a unit; what is wrong with others is added to `remarks`. `known`: folded names
    of units, which are no totals whatever they are called.
    """
    group = ""
    for row in layout.rows:
        if row.is_blank:
            continue
        if left_out := _left_out(layout, row, known):
            remarks.append(left_out)
            continue
        group = _cell(layout, row, headings.GROUP) or group
        draft = _draft(layout, row, group)
        faults = list(_faults(layout, row, draft))
        remarks += faults
        if not faults:
            yield draft


def _cell(layout: TableLayout, row: GridRow, role: str) -> str:
    index = layout.index(role)
    return "" if index is None else visible(row.cell(index))


def _left_out(layout: TableLayout, row: GridRow, known: frozenset[str]) -> Remark | None:
    """Why a row is no unit: a total, a count of the columns, a note below the table."""
    texts = [cell for cell in row.cells if cell]
    name = _cell(layout, row, headings.NAME)
    if is_numbering(row):
        return Remark(RemarkKind.NUMBERING, (row.number,))
    if layout.is_repeated(row):
        return Remark(RemarkKind.HEADINGS_AGAIN, (row.number,))
    if is_total(texts[0]) and folded(texts[0]) not in known:
        return Remark(RemarkKind.TOTALS, (row.number,), value=visible(texts[0]))
    said = any(_cell(layout, row, role) for role in (headings.GROUP, headings.CODE))
    if not name and len(texts) == 1 and not said:
        return Remark(RemarkKind.NOT_A_UNIT, (row.number,), value=visible(texts[0])[:60])
    return None


def _draft(layout: TableLayout, row: GridRow, group: str) -> UnitDraft:
    name = _cell(layout, row, headings.NAME)
    parent = _cell(layout, row, headings.PARENT)
    is_group = not parent and layout.index(headings.GROUP) is not None
    above = group if is_group and folded(group) != folded(name) else parent
    population = _cell(layout, row, headings.POPULATION)
    return UnitDraft(
        row.number,
        _cell(layout, row, headings.NUMBER),
        _cell(layout, row, headings.CODE),
        name or (group if is_group else ""),
        above if name else parent,
        is_group,
        _population(population),
    )


def _population(cell: str) -> int | None:
    number = int(re.sub(r"\D", "", cell)) if POPULATION.fullmatch(cell) else 0
    return number or None


def _faults(layout: TableLayout, row: GridRow, draft: UnitDraft) -> Iterator[Remark]:
    at = (row.number,)
    population = _cell(layout, row, headings.POPULATION)
    if any("\0" in cell for cell in row.cells):
        yield Remark(RemarkKind.NUL, at)
    if not draft.name:
        yield Remark(RemarkKind.UNANSWERED, at, column=headings.NAME)
    if len(draft.name) > NAME_LENGTH:
        yield Remark(RemarkKind.LONG, at, column=headings.NAME)
    if population and draft.population is None:
        yield Remark(RemarkKind.POPULATION, at, value=population[:40])
