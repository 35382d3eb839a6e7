"""Particulars of the respondent: "Laki-laki", "29 tahun", "SMA / SMK", as options of the profile.

An occupation that no option names is "other", which is what that option is for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from skm.instansi.find_upp import folded
from skm.survey.instrument import Field

OTHER = "other"
OLDEST = 120
BLANK = frozenset({"", "-", "tidak diisi", "n a", "null", "kosong"})
YEARS = re.compile(
    r"([<>≤≥]|di ?bawah|kurang dari|di ?atas|lebih dari)?=?\s*([0-9]{1,3})(?:[.,]0+)?"
    r"\s*(?:(?:[-–—]|s/d|sd|sampai|hingga)\s*([0-9]{1,3}))?"
    r"\s*(?:tahun|thn|th)?\.?\s*(?:ke ?atas|ke ?bawah|\+)?"
)
BELOW = {"<", "di bawah", "dibawah", "kurang dari"}
ABOVE = {">", "di atas", "diatas", "lebih dari"}


@dataclass(frozen=True)
class ProfileReader:
    """Reads the cells of one profile field. `meanings`: folded text → option."""

    asked: Field
    meanings: Mapping[str, str]
    chosen: Mapping[str, str]
    _known: dict[str, str | None] = field(default_factory=dict, init=False)

    def __call__(self, cell: str) -> str | None:
        """The option, "" for a cell without an answer, None for one that is not understood."""
        if cell not in self._known:
            self._known[cell] = self._read(cell)
        return self._known[cell]

    def is_other(self, cell: str) -> bool:
        """Whether the cell is only known to be none of the options."""
        said = folded(cell)
        named = {*self.asked.options, *self.meanings, *self.chosen}
        return self(cell) == OTHER and said not in named

    def _read(self, cell: str) -> str | None:
        said, options = folded(cell), self.asked.options
        if said in self.chosen:
            meaning = self.chosen[said]
            return meaning if meaning in options or not meaning else None
        if said in BLANK or cell.strip() in BLANK:
            return ""
        found = self.meanings.get(said)
        if found is None and options and all(option.isdecimal() for option in options):
            found = self._age(cell)
        if found is None and said in options:
            found = said
        return found or (OTHER if OTHER in options else None)

    def _age(self, cell: str) -> str | None:
        """The class of an age; of a span if both its ends are in one class."""
        found = YEARS.fullmatch(cell.casefold().strip())
        if found is None:
            return None
        sign, low, high = found[1], int(found[2]), int(found[3] or found[2])
        if sign in BELOW:
            low = high = low - 1
        elif sign in ABOVE:
            low = high = low + 1
        if not 0 < low <= high <= OLDEST:
            return None
        first, last = self._class(low), self._class(high)
        return first if first == last else None

    def _class(self, age: int) -> str:
        """Options are the youngest age of each class, but the first holds all younger ones."""
        fitting = [option for option in self.asked.options if int(option) <= age]
        return fitting[-1] if fitting else self.asked.options[0]
