"""Which column of a list of units is what.

A role is "code", "name", "parent", "population", "no" for a running number, "group" for the office
above the units of a row, or "" for a column that is not ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skm.instansi.find_upp import folded
from skm.intake.choices import Choices
from skm.intake.table.columns import UNKNOWN, ColumnRole
from skm.intake.words import UNIT_COLUMNS

CODE, NAME, PARENT, POPULATION, NUMBER, GROUP = (
    "code", "name", "parent", "population", "no", "group",
)  # fmt: skip
ONCE = (CODE, NAME, PARENT, POPULATION, GROUP)


@dataclass(frozen=True)
class UnitColumns:
    """`choices`: roles that the office gave by heading."""

    choices: Choices

    @property
    def least(self) -> int:
        """One column of names is a list of units."""
        return 1

    def roles(self, headings: Sequence[str]) -> tuple[ColumnRole, ...]:
        """The role of each heading. A column of offices is that of names where no other is."""
        plain = [folded(heading) for heading in headings]
        found = [self.choices.columns.get(text, UNIT_COLUMNS.get(text, UNKNOWN)) for text in plain]
        if NAME not in found and found.count(GROUP) == 1:
            found[found.index(GROUP)] = NAME
        return tuple(found) if NAME in found or CODE in found else (UNKNOWN,) * len(plain)
