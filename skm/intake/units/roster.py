"""A list of units as a file has it: which are new, which change, and what must be asked first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.choices import Choices
from skm.intake.remark import FAULTS, QUESTIONS, Remark, RemarkKind, grouped
from skm.intake.table import layout as tables
from skm.intake.table.grid import SourceFile, sha256_of
from skm.intake.table.layout import TableLayout
from skm.intake.units import drafts, headings
from skm.intake.units.drafts import UnitDraft
from skm.intake.units.headings import UnitColumns
from skm.intake.units.identity import UnitIdentity
from skm.intake.units.parents import UnitParents

SHOWN = 5  # made codes that a remark names


@dataclass
class Roster:
    """`new`, `changed`: as they would be stored. `known`: how many say nothing new. `sha256`: of
    the cells. `fingerprint`: of the headings. `remarks`: questions, faults and notes.
    """

    sha256: str
    fingerprint: str
    new: list[Upp] = field(default_factory=list)
    changed: list[Upp] = field(default_factory=list)
    known: int = 0
    remarks: list[Remark] = field(default_factory=list)

    @property
    def units(self) -> list[Upp]:
        """Those that would be stored."""
        return [*self.new, *self.changed]

    @property
    def is_open(self) -> bool:
        """Whether a question or a fault is in the way."""
        return any(remark.kind in QUESTIONS | FAULTS for remark in self.remarks)


def read(file: SourceFile, stored: Sequence[Upp], choices: Choices, *, are_new: bool) -> Roster:
    """The units of a file. `stored`: all there are. `are_new`: names that are nearly those of
    stored units are new ones. Raises IntakeError.
    """
    layout = tables.find(file, UnitColumns(choices), choices)
    roster = Roster(sha256_of(layout.grid), layout.fingerprint)
    roster.remarks += _about_columns(layout)
    if roster.is_open:
        return roster
    names = frozenset(folded(unit.name) for unit in stored)
    rows = list(drafts.read(layout, names, roster.remarks))
    identity = UnitIdentity(stored, rows, choices, are_new)
    codes = {row.line: code for row in rows if (code := identity.code(row))}
    parents = UnitParents(stored, rows, codes, identity)
    known = {unit.code: unit for unit in stored}
    given = [
        _unit(row, code, layout, parents, known.get(code))
        for row in rows
        if (code := codes.get(row.line))
    ]
    given += parents.offices
    roster.remarks += [*identity.remarks, *parents.remarks, *_cycles(stored, given)]
    _sort(roster, known, given)
    if made := [unit for unit in roster.new if unit.code in identity.made]:
        examples = tuple(f"{unit.name} = {unit.code}" for unit in made[:SHOWN])
        roster.remarks.append(Remark(RemarkKind.MADE_CODES, value=str(len(made)), near=examples))
    roster.remarks = grouped(roster.remarks)
    return roster


def _about_columns(layout: TableLayout) -> Iterable[Remark]:
    for role in headings.ONCE:
        same = [
            text for text, own in zip(layout.headings, layout.roles, strict=True) if own == role
        ]
        if len(same) > 1:
            yield Remark(RemarkKind.DOUBLED, column=", ".join(same), value=role)
    if headings.NAME not in layout.roles:
        yield Remark(RemarkKind.NO_NAME)
    if layout.above:
        yield Remark(RemarkKind.HEADINGS_AT, value=str(layout.line), near=(str(layout.above),))
    for text, role in zip(layout.headings, layout.roles, strict=True):
        if text and not role:
            yield Remark(RemarkKind.PASSED_OVER, column=text)


def _unit(
    row: UnitDraft, code: str, layout: TableLayout, parents: UnitParents, before: Upp | None
) -> Upp:
    """As the file says it, and as it is stored where the file has no such column."""
    parent, population = parents.of(row), row.population
    if before and not parents.are_said:
        parent = before.parent
    if before and layout.index(headings.POPULATION) is None:
        population = before.population
    is_same = before and folded(before.name) == folded(row.name)
    return Upp(code, before.name if before and is_same else row.name, parent, population)


def _sort(roster: Roster, known: Mapping[str, Upp], given: Iterable[Upp]) -> None:
    for unit in {unit.code: unit for unit in given}.values():
        if unit.code not in known:
            roster.new.append(unit)
        elif known[unit.code] != unit:
            roster.changed.append(unit)
        else:
            roster.known += 1


def _cycles(stored: Sequence[Upp], given: Sequence[Upp]) -> Iterable[Remark]:
    above = {unit.code: unit.parent for unit in (*stored, *given)}
    for unit in given:
        seen, at = {unit.code}, unit.parent
        while at and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == unit.code:
            yield Remark(RemarkKind.CYCLE, value=unit.code)
