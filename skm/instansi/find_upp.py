"""Finds the unit that a text means: by code, name, part of the name, or a similar spelling.

Exactly one unit must match; where several do, the error names them.
"""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping

from skm.errors import SkmError
from skm.instansi.upp import Upp

MOST = 5  # units named in an error


class UnknownUpp(SkmError):
    """A text that matches no unit, or several. `near`: the units that come close."""

    def __init__(self, text: str, near: Collection[Upp]) -> None:
        self.near = tuple(near)[:MOST]
        names = ", ".join(f"{unit.code} ({unit.name})" for unit in self.near)
        hint = f"did you mean {names}?" if names else "see `skm upp list`."
        super().__init__(f"No unit is called “{text}”: {hint}")


def find(text: str, upps: Collection[Upp]) -> Upp:
    """Returns the unit; raises UnknownUpp with the units that come close."""
    known, wanted = by_code_or_name(upps), folded(text)
    if wanted in known:
        return known[wanted]
    words = set(wanted.split())
    parts = [unit for unit in upps if words and words <= set(folded(unit.name).split())]
    if len(parts) == 1:
        return parts[0]
    close = difflib.get_close_matches(wanted, known, n=MOST, cutoff=0.6)
    near = parts or list(dict.fromkeys(known[key] for key in close))
    if len(near) == 1 and difflib.get_close_matches(wanted, known, n=1, cutoff=0.85):
        return near[0]
    raise UnknownUpp(text, near)


def by_code_or_name(upps: Collection[Upp]) -> Mapping[str, Upp]:
    """Units by folded code and, where only one unit has it, by folded name."""
    names = Counter(folded(unit.name) for unit in upps)
    by_name = {folded(unit.name): unit for unit in upps if names[folded(unit.name)] == 1}
    return {**by_name, **{folded(unit.code): unit for unit in upps}}


def folded(text: str) -> str:
    """Lower case, letters and digits only, single spaces: "UPT. Museum 👍" becomes "upt museum"."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))
