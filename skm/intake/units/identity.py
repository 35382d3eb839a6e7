"""Which unit a row is: by its code, by its name, or a new one that needs a code."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.choices import Choices
from skm.intake.remark import Remark, RemarkKind
from skm.intake.units import codes, headings
from skm.intake.units.drafts import UnitDraft
from skm.intake.units.similar import SimilarNames


class UnitIdentity:
    """Gives each row its code. `are_new`: nearly the same name is another unit.

    `made`: codes that were made. `remarks`: what must be asked, and what is wrong.
    """

    def __init__(
        self, stored: Sequence[Upp], rows: Sequence[UnitDraft], choices: Choices, are_new: bool
    ) -> None:
        self.made: set[str] = set()
        self.remarks: list[Remark] = []
        self._choices, self._are_new = choices, are_new
        self._stored = {unit.code: unit for unit in stored}
        self._by_name: defaultdict[str, list[Upp]] = defaultdict(list)
        for unit in stored:
            self._by_name[folded(unit.name)].append(unit)
        self._similar = SimilarNames(stored)
        given = [code for row in rows if row.code and (code := self._given(row.code))]
        self._times = Counter(given)
        self._taken = {*self._stored, *given}
        self._seen: set[tuple[str, str]] = set()

    def code(self, row: UnitDraft) -> str | None:
        """The code of a row's unit, None if something about it is open."""
        if row.code:
            return self._by_code(row)
        return self.without_code(row.line, row.name, row.above)

    def _given(self, cell: str) -> str | None:
        chosen = self._choices.values.get((headings.CODE, folded(cell)))
        return codes.written(chosen or cell)

    def _by_code(self, row: UnitDraft) -> str | None:
        code = self._given(row.code)
        if code is None:
            near = (codes.made(row.name, self._taken),)
            self._say(RemarkKind.CODE, row.line, row.code[:40], near)
            return None
        if self._times[code] > 1:
            self._say(RemarkKind.CODE_TWICE, row.line, code)
            return None
        if (
            code not in self._stored
            and (same := self._named(row.name, row.above))
            and not self._are_new
        ):
            self._say(RemarkKind.SIMILAR_UNIT, row.line, row.name, _codes(same), row.code)
            return None
        if code != row.code.upper() and not self._is_chosen(row.code):
            self._say(RemarkKind.WRITTEN_CODE, row.line, row.code, (code,))
        return code

    def _is_chosen(self, cell: str) -> bool:
        return (headings.CODE, folded(cell)) in self._choices.values

    def without_code(self, line: int, name: str, above: str) -> str | None:
        """The code of a unit that is only named, None if something about it is open."""
        key = (folded(name), folded(above))
        if key in self._seen:
            self._say(RemarkKind.NAME_TWICE, line, name)
            return None
        self._seen.add(key)
        chosen = self._choices.values.get((headings.NAME, key[0]))
        if chosen and chosen.upper() in self._stored:
            return chosen.upper()
        same = self._named(name, above)
        if len(same) > 1:
            self._say(RemarkKind.NAME_TWICE, line, name, _codes(same))
            return None
        if same:
            return same[0].code
        if not self._are_new and (near := self._similar(name)):
            self._say(RemarkKind.SIMILAR_UNIT, line, name, near, name)
            return None
        return self._made(name)

    def _made(self, name: str) -> str:
        code = codes.made(name, self._taken)
        self._taken.add(code)
        self.made.add(code)
        return code

    def _named(self, name: str, above: str) -> list[Upp]:
        """The stored units of a name; those below `above` if that is said and some are."""
        same = self._by_name.get(folded(name), [])
        below = [unit for unit in same if above and folded(above) in self._above(unit)]
        return below or same

    def _above(self, unit: Upp) -> set[str]:
        parent = self._stored.get(unit.parent or "")
        return {folded(parent.code), folded(parent.name)} if parent else set()

    def _say(
        self,
        kind: RemarkKind,
        line: int,
        value: str,
        near: tuple[str, ...] = (),
        column: str = "",
    ) -> None:
        self.remarks.append(Remark(kind, (line,), column, value, near))


def _codes(units: Iterable[Upp]) -> tuple[str, ...]:
    return tuple(unit.code for unit in units)
