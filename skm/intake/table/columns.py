"""Which column is what: by code, by the regulation's words, by our questions, never by position.

A role is an item's id ("U8"), the name of a column of ours ("upp", "saran", "gender"), "#3" for the
third question of a form, "" for a column that is not ours, or "?" for one that names two unsur.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skm.instansi.find_upp import folded
from skm.intake.choices import Choices, QuestionOrder
from skm.intake.remark import Remark, RemarkKind
from skm.intake.words import CONTAINED, HINTS, NAMES, NUMBERED, IntakeWords, contains
from skm.survey.instrument import Instrument
from skm.survey.unsur import Unsur

UNKNOWN, UNCLEAR = "", "?"
CODE = re.compile(r"u(?:nsur)? ?([1-9])\b")
NUMBER = re.compile(r"([^\W\d_]+)? ?(\d{1,2})")
LEAST_ROLES = 2  # that a row of headings has
LEAST_QUESTIONS = 5  # numbers alone in a row are questions from this many on

ColumnRole = str
"""As the top of this file says."""


@dataclass(frozen=True)
class ColumnNames:
    """Names columns for one instrument. `choices`: roles that the office gave by heading."""

    instrument: Instrument
    words: IntakeWords
    choices: Choices

    @property
    def least(self) -> int:
        """How many columns a row of headings names at least."""
        return LEAST_ROLES

    def roles(self, headings: Sequence[str]) -> tuple[ColumnRole, ...]:
        """The role of each heading."""
        plain = [folded(heading) for heading in headings]
        numbers = [text for text in plain if text.isdecimal()]
        run = numbers == [str(number) for number in range(1, len(numbers) + 1)]
        counted = run and len(numbers) >= LEAST_QUESTIONS
        return tuple(
            f"#{text}" if counted and text.isdecimal() else self.role(text) for text in plain
        )

    def role(self, heading: str) -> ColumnRole:
        """Of one folded heading."""
        if not heading:
            return UNKNOWN
        if heading in self.choices.columns:
            return self._chosen(self.choices.columns[heading])
        whole = self._items.get(heading) or self.words.columns.get(heading)
        return whole or self._by_words(heading)

    def _chosen(self, meaning: str) -> ColumnRole:
        return self._items.get(folded(meaning)) or self._only_item(meaning.upper()) or meaning

    @property
    def _items(self) -> Mapping[str, str]:
        ids = {folded(item.id): item.id for item in self.instrument.items}
        fields = {folded(name): name for name in self.instrument.fields}
        return {**self.words.headings, **fields, **ids}

    def _by_words(self, heading: str) -> ColumnRole:
        named = self._unsur(heading, NAMES)
        if named:
            return named
        for role, phrases in CONTAINED.items():
            if any(contains(heading, phrase) for phrase in phrases):
                return role
        hinted = self._unsur(heading, HINTS)
        if hinted:
            return hinted
        if code := CODE.match(heading):
            return self._only_item(f"U{code[1]}") or UNCLEAR
        number = NUMBER.fullmatch(heading)
        return f"#{int(number[2])}" if number and number[1] in NUMBERED else UNKNOWN

    def _unsur(self, heading: str, table: Mapping[Unsur, list[str]]) -> ColumnRole:
        found = [
            unsur
            for unsur, phrases in table.items()
            if any(contains(heading, phrase) for phrase in phrases)
        ]
        if not found:
            return UNKNOWN
        return (self._only_item(found[0]) or UNCLEAR) if len(found) == 1 else UNCLEAR

    def _only_item(self, unsur: str) -> ColumnRole:
        """The one item of an unsur, "" if there are several or none."""
        items = [item.id for item in self.instrument.items if item.unsur == unsur]
        return items[0] if len(items) == 1 else UNKNOWN


def ordered(
    roles: Sequence[ColumnRole], instrument: Instrument, order: QuestionOrder
) -> tuple[ColumnRole, ...]:
    """The roles with numbered questions replaced by items. A file that names its columns u1 … u9
    and follows the form's order has its codes read as numbers.
    """
    items = [item.id for item in instrument.items]
    if order is QuestionOrder.UNSUR:
        items = [item.id for item in sorted(instrument.items, key=lambda item: item.unsur.number)]
    numbered = any(role.startswith("#") for role in roles)

    def item(role: ColumnRole) -> ColumnRole:
        if role.startswith("#"):
            return items[int(role[1:]) - 1] if int(role[1:]) <= len(items) else UNKNOWN
        return role if numbered or role not in Unsur.__members__ else items[Unsur(role).number - 1]

    return tuple(map(item, roles))


def questions(
    headings: Sequence[str], roles: Sequence[ColumnRole], instrument: Instrument, choices: Choices
) -> list[Remark]:
    """What must be answered before the columns can be read; `roles` are already ordered."""
    found = [*_doubled(headings, roles), *_numbered(roles, instrument)]
    known = set(roles)
    missing = [item.id for item in instrument.items if item.id not in known]
    if missing and not any(role.startswith("#") for role in roles):
        found.append(Remark(RemarkKind.NO_ITEMS, near=tuple(missing)))
        for heading, role in zip(headings, roles, strict=True):
            if role == UNCLEAR:
                found.append(Remark(RemarkKind.UNCLEAR_COLUMN, column=heading))
    if choices.unit is None and "upp" not in known:
        found.append(Remark(RemarkKind.NO_UNIT))
    if choices.day is None and "submitted_at" not in known:
        found.append(Remark(RemarkKind.NO_DATE))
    return found


def _doubled(headings: Sequence[str], roles: Sequence[ColumnRole]) -> Iterable[Remark]:
    ours = Counter(role for role in roles if role not in (UNKNOWN, UNCLEAR, "id"))
    for role in (role for role, times in ours.items() if times > 1):
        both = [text for text, own in zip(headings, roles, strict=True) if own == role]
        yield Remark(RemarkKind.DOUBLED, column=", ".join(both), value=role)


def _numbered(roles: Sequence[ColumnRole], instrument: Instrument) -> Iterable[Remark]:
    many = sum(role.startswith("#") for role in roles)
    if many == len(instrument.items):
        yield Remark(RemarkKind.ORDER, value=str(many))
    elif many:
        yield Remark(
            RemarkKind.NUMBER_OF_QUESTIONS, value=str(many), near=(str(len(instrument.items)),)
        )
