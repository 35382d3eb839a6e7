"""Which unit somebody means: by code, by name, by a part of the name, by a near miss.

Only one may fit: where several do, they are named instead of guessed.
"""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Mapping

from skm.errors import SkmError
from skm.upp import Upp

MOST = 5  # named in an error


class UnknownUpp(SkmError):
    """A text that names no unit, or more than one. `near`: the units that come close."""

    def __init__(self, text: str, near: Collection[Upp]) -> None:
        said = ", ".join(f"{unit.code} ({unit.name})" for unit in list(near)[:MOST])
        hint = f"did you mean {said}?" if said else "see `skm upp list`."
        super().__init__(f"No unit is called “{text}”: {hint}")
        self.near = tuple(near)[:MOST]


def find(text: str, upps: Collection[Upp]) -> Upp:
    """The unit that is meant; raises UnknownUpp with those that come close."""
    known = by_code_or_name(upps)
    said = folded(text)
    if said in known:
        return known[said]
    parts = [unit for unit in upps if said and set(said.split()) <= set(folded(unit.name).split())]
    if len(parts) == 1:
        return parts[0]
    close = difflib.get_close_matches(said, known, n=MOST, cutoff=0.6)
    near = parts or list(dict.fromkeys(known[key] for key in close))
    if len(near) == 1 and difflib.get_close_matches(said, known, n=1, cutoff=0.85):
        return near[0]
    raise UnknownUpp(text, near)


def by_code_or_name(upps: Collection[Upp]) -> Mapping[str, Upp]:
    """Units by their folded code and, where only one has it, by their folded name."""
    names = Counter(folded(unit.name) for unit in upps)
    by_name = {folded(unit.name): unit for unit in upps if names[folded(unit.name)] == 1}
    return {**by_name, **{folded(unit.code): unit for unit in upps}}


def folded(text: str) -> str:
    """Lower case, letters and digits only, single spaces: "UPT. Museum" is "upt museum"."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
