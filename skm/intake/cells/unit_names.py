"""Units in cells: by code, by name, by the names that the office gave; else the nearest are named.

A code is the same with other punctuation ("1.02.01", "1-02-01"). Everything less certain, such as
"1" for "001" or a spelling mistake, is proposed and never taken.
"""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from skm.instansi.find_upp import by_code_or_name, folded
from skm.instansi.upp import Upp

NEAR = 3  # units that are proposed
SIMILAR = 0.6  # of difflib's ratio


@dataclass(frozen=True)
class UnitNames:
    """`aliases`: folded text → code, as the office chose."""

    upps: Sequence[Upp]
    aliases: Mapping[str, str]
    _known: dict[str, str | None] = field(default_factory=dict, init=False)

    def __call__(self, cell: str) -> str | None:
        """The code of the unit; None if the text is no unit's code or name."""
        if cell not in self._known:
            self._known[cell] = self._read(folded(cell))
        return self._known[cell]

    def _read(self, said: str) -> str | None:
        if said in self.aliases:
            return self._by_text.get(folded(self.aliases[said]))
        return self._by_text.get(said) or self._by_bare_code.get(said.replace(" ", ""))

    @cached_property
    def _by_text(self) -> Mapping[str, str]:
        return {text: unit.code for text, unit in by_code_or_name(self.upps).items()}

    @cached_property
    def _by_bare_code(self) -> Mapping[str, str]:
        bare = {unit.code: _bare(unit.code) for unit in self.upps}
        times = Counter(bare.values())
        return {text: code for code, text in bare.items() if times[text] == 1}

    @cached_property
    def folded_names(self) -> frozenset[str]:
        return frozenset(self._by_text)

    def near(self, cell: str) -> tuple[str, ...]:
        """The codes that come nearest, the best first."""
        said = folded(cell)
        digits = said.replace(" ", "").lstrip("0")
        same = [unit.code for unit in self.upps if _bare(unit.code).lstrip("0") == digits]
        words = set(said.split())
        part = [
            unit.code for unit in self.upps if words and words <= set(folded(unit.name).split())
        ]
        close = difflib.get_close_matches(said, self._by_text, NEAR, SIMILAR)
        found = [*same, *part, *(self._by_text[text] for text in close)]
        return tuple(dict.fromkeys(found))[:NEAR] if said else ()


def _bare(code: str) -> str:
    return folded(code).replace(" ", "")
