"""Answers in cells: 1–4, a–d, the labels of the official form and their usual variants.

The official form has a for 1 to d for 4 (Permenpan RB 14/2017, annex). A cell that says two things
("4 - Tidak baik") is understood as neither.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from skm.instansi.find_upp import folded
from skm.intake.cells.text import plain
from skm.intake.choices import Choices
from skm.intake.words import BY_UNSUR, GENERAL, INITIALS, IntakeWords
from skm.survey.instrument import NILAI, Item
from skm.survey.unsur import Unsur

LETTERS = {"a": 1, "b": 2, "c": 3, "d": 4}
BEST = max(NILAI)
NUMBER = re.compile(r"(?:([0-9]{1,3})(?:[.,]0+)?|\(([0-9]{1,3})\))")  # 4, 4.0, (4)
BEFORE = re.compile(r"\(?([0-9]{1,3}|[a-dA-D])\s*[-–—.:)=]+\s*(\D.*)")  # 4 - Sangat baik
AFTER = re.compile(r"(\D.*?)\s*[-–—(=:]+\s*([0-9]{1,3})\)?")  # Sangat baik (4)


def number_in(cell: str) -> int | None:
    """The whole number of "4", "4.0", "'4" or "4 - Sangat Baik"; None without one."""
    text = plain(cell).lstrip("'").strip()
    if found := NUMBER.fullmatch(text):
        return int(found[1] or found[2])
    if (found := BEFORE.fullmatch(text)) and found[1].isdecimal():
        return int(found[1])
    found = AFTER.fullmatch(text)
    return int(found[2]) if found else None


def initials_in(cells: Collection[str]) -> dict[str, int]:
    """The initials that all these answers use → nilai: SB, B, KB, TB.

    A lone B is “baik” only beside SB, KB or TB, else the letter b of the form. TB is 1 only beside
    KB, because it is 2 on the scale STB, TB, B, SB.
    """
    said = {folded(cell) for cell in cells if len(cell) < 4}
    found: dict[str, int] = {}
    for letter in INITIALS:
        very, less, none = f"s{letter}", f"k{letter}", f"t{letter}"
        if said & {very, less, none}:
            found |= {very: 4, letter: 3, less: 2}
            if less in said and f"st{letter}" not in said:
                found[none] = 1
    return found


@dataclass(frozen=True)
class AnswerReader:
    """Reads the cells of one item's column. `initials`: those that the whole file uses."""

    item: Item
    words: IntakeWords
    choices: Choices
    initials: Mapping[str, int] = field(default_factory=dict)
    _known: dict[str, int | None] = field(default_factory=dict, init=False)

    def __call__(self, cell: str) -> int | None:
        """The nilai; None for a cell that is not understood."""
        if cell not in self._known:
            self._known[cell] = self._read(cell)
        return self._known[cell]

    def _read(self, cell: str) -> int | None:
        text = plain(cell).lstrip("'").strip()
        said = folded(text)
        for role in (self.item.id, self.item.id.casefold(), "answer"):
            if (role, said) in self.choices.values:
                return _nilai(self.choices.values[role, said])
        if said in self.choices.recode:
            return self.choices.recode[said]
        if found := NUMBER.fullmatch(text):
            return self._scaled(found[1] or found[2])
        if said in self.initials:
            return self.initials[said]
        if text.casefold() in LETTERS:
            return self._turned(LETTERS[text.casefold()])
        return self._compound(text) or self.labels.get(said)

    def _compound(self, text: str) -> int | None:
        """Of a number or letter with its label, which must agree where the label is known."""
        before, after = BEFORE.fullmatch(text), AFTER.fullmatch(text)
        if before:
            mark, label = before[1].casefold(), before[2]
        elif after:
            label, mark = after[1], after[2]
        else:
            return None
        nilai = self._turned(LETTERS[mark]) if mark in LETTERS else self._scaled(mark)
        said = self.labels.get(folded(label))
        return nilai if said in (None, nilai) else None

    def _scaled(self, number: str) -> int | None:
        if number in self.choices.recode:
            return self.choices.recode[number]
        nilai = _nilai(number)
        return nilai and self._turned(nilai)

    def _turned(self, nilai: int) -> int:
        return BEST + 1 - nilai if self.choices.is_reversed else nilai

    @property
    def labels(self) -> Mapping[str, int]:
        """Folded label → nilai: the official form's words for this unsur before general ones."""
        own = self.words.labels.get(self.item.id, {})
        return {**GENERAL, **BY_UNSUR.get(self.item.unsur, {}), **own}

    def other_unsur(self, cell: str) -> Unsur | None:
        """The unsur to which a label belongs that this item does not have."""
        said = folded(cell)
        return next((unsur for unsur, labels in BY_UNSUR.items() if said in labels), None)


def _nilai(text: str) -> int | None:
    return int(text) if text in map(str, NILAI) else None
