"""The form below a preview: what was decided about a file, as fields.

Fields about one column, text or number carry it in their name: "column:Judul", "upp:Puskesmas A",
"answer:baik sekali", "recode:5".
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import FormData

from bot.request.imports import UndecidedError, accepted, decided
from skm.instansi.find_upp import UnknownUpp, find, folded
from skm.instansi.upp import Upp
from skm.intake.choices import Choices
from skm.intake.remark import Remark, RemarkKind
from skm.intake.responses import RESPONSE_ID, columns
from skm.intake.table.columns import UNKNOWN
from skm.store.intake.look import Looked
from skm.survey.instrument import NILAI, Instrument

PASSED_OVER = "-"  # the choice that a column is not ours
MEANT = ("upp", "answer")  # roles whose texts can be given a meaning
WHOLE = ("order", "best", "unit", "sheet")  # fields about the whole file
LONGEST = 200  # characters of a field
NAMED = 20  # texts that are asked about at once


def chosen(sent: FormData, choices: Choices, units: Collection[Upp]) -> Choices:
    """The choices with what a form decides; empty fields decide nothing. Raises UndecidedError."""
    for name, said in _filled(sent):
        kind, _, about = name.partition(":")
        if kind in WHOLE and not about:
            choices = decided(choices, kind, said, units)
        elif kind == "day":
            choices = replace(choices, day=_day(said))
        elif kind == "header":
            choices = replace(choices, header=_line(said))
        elif kind == "column":
            role = UNKNOWN if said == PASSED_OVER else said
            choices = replace(choices, columns={**choices.columns, folded(about): role})
        elif kind in MEANT and about:
            choices = accepted(choices, kind, about, _meaning(kind, said, units))
    return _recoded(sent, choices, units)


def _filled(sent: FormData) -> Iterator[tuple[str, str]]:
    for name, value in sent.multi_items():
        if isinstance(value, str) and value.strip():
            yield name, value.strip()[:LONGEST]


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UndecidedError(said) from None


def _line(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 7):
        raise UndecidedError(said)
    return int(said)


def _meaning(kind: str, said: str, units: Collection[Upp]) -> str:
    try:
        if kind == "upp":
            return find(said, units).code
        if int(said) in NILAI:
            return said
    except (UnknownUpp, ValueError):
        pass
    raise UndecidedError(said)


def _recoded(sent: FormData, choices: Choices, units: Collection[Upp]) -> Choices:
    """A scale is decided when each of its numbers has a meaning."""
    pairs = [
        (name.removeprefix("recode:"), str(value).strip())
        for name, value in sent.multi_items()
        if name.startswith("recode:")
    ]
    if not any(said for _, said in pairs):
        return choices
    return decided(choices, "scale", ",".join(f"{one}={said}" for one, said in pairs), units)


@dataclass(frozen=True)
class ImportForm:
    """What the form of a file offers.

    `asks`: the kinds of all remarks. `columns`: heading → role. `roles`: that a column can have.
    `scale`: the numbers of a scale that is not ours. `texts`: of units and answers that are not
    known. `sheets`: names of sheets to choose from.
    """

    asks: frozenset[str]
    columns: tuple[tuple[str, str], ...] = ()
    roles: tuple[str, ...] = ()
    scale: tuple[int, ...] = ()
    texts: tuple[tuple[str, Remark], ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def asks_columns(self) -> bool:
        """Whether nothing can be stored before a column is named."""
        return bool(self.asks & _ABOUT_COLUMNS)

    @classmethod
    def of(cls, looked: Looked, instrument: Instrument) -> "ImportForm":
        """For a file with a table."""
        remarks, layout = looked.preview.remarks, looked.prepared.layout
        tops = [int(one.value) for one in remarks if one.kind is RemarkKind.SCALE]
        return cls(
            frozenset(one.kind for one in remarks),
            tuple((said, role) for said, role in zip(layout.headings, layout.roles, strict=True)
                  if said),
            tuple(_roles(instrument)),
            tuple(range(1, tops[0] + 1)) if tops else (),
            tuple(_texts(remarks, tops))[:NAMED],
        )  # fmt: skip

    @classmethod
    def of_unusable(cls, remarks: Collection[Remark]) -> "ImportForm":
        """For a file in which no table was found."""
        sheets = (name for one in remarks for name in one.near
                  if one.kind in (RemarkKind.SHEETS, RemarkKind.NO_SHEET))  # fmt: skip
        return cls(frozenset(one.kind for one in remarks), sheets=tuple(sheets))


_K = RemarkKind
_TEXTS = {_K.UNIT: "upp", _K.ANSWER: "answer"}
_ABOUT_COLUMNS: frozenset[str] = frozenset(
    {_K.NO_ITEMS, _K.NUMBER_OF_QUESTIONS, _K.DOUBLED, _K.UNCLEAR_COLUMN, _K.SWAPPED}
)


def _roles(instrument: Instrument) -> Iterator[str]:
    """The items as they are called ("U1"), then our other columns."""
    ids = {item.id.casefold(): item.id for item in instrument.items}
    for name in columns(instrument):
        if name not in (RESPONSE_ID, "instrument"):
            yield ids.get(name, name)


def _texts(remarks: Collection[Remark], tops: Collection[int]) -> Iterator[tuple[str, Remark]]:
    """Texts of units, and of answers unless these belong to another scale."""
    seen = set()
    asked = {RemarkKind.UNIT: "upp"} if tops else _TEXTS
    for one in remarks:
        role = asked.get(one.kind)
        if role and one.value and (role, one.value) not in seen:
            seen.add((role, one.value))
            yield role, one
