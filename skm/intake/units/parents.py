"""Which unit is above which: by a column of parents or of offices, or by the rows' numbers."""

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.remark import Remark, RemarkKind
from skm.intake.units import codes as unit_codes
from skm.intake.units.drafts import UnitDraft
from skm.intake.units.hierarchy import by_numbers
from skm.intake.units.identity import UnitIdentity

NEAR = 3
SHOWN = 5


class UnitParents:
    """`are_said`: whether the file says anything about parents. `offices`: units above others that
    have no row of their own. `remarks`: what is wrong.
    """

    def __init__(
        self,
        stored: Sequence[Upp],
        rows: Sequence[UnitDraft],
        codes: Mapping[int, str],
        identity: UnitIdentity,
    ) -> None:
        self.remarks: list[Remark] = []
        self.offices: list[Upp] = []
        self._codes = set(codes.values()) | {unit.code for unit in stored}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        for unit in stored:
            self._names[folded(unit.name)].add(unit.code)
        for row in rows:
            if row.line in codes:
                self._names[folded(row.name)].add(codes[row.line])
        self._open = {folded(said) for row in rows for said in (row.name, row.code)}
        self._by_line = {} if any(row.above for row in rows) else self._numbered(rows, codes)
        self.are_said = bool(self._by_line) or any(row.above for row in rows)
        self._above: dict[int, str | None] = {}
        for row in rows:
            self._above[row.line] = self._found(row, identity) if row.above else None
        if self.offices:
            shown = tuple(unit.name for unit in self.offices[:SHOWN])
            self.remarks.append(
                Remark(RemarkKind.NEW_PARENTS, value=str(len(self.offices)), near=shown)
            )

    def of(self, row: UnitDraft) -> str | None:
        """The code of the unit above a row, None for the highest."""
        return self._by_line.get(row.line) or self._above[row.line]

    def _numbered(
        self, rows: Sequence[UnitDraft], codes: Mapping[int, str]
    ) -> dict[int, str | None]:
        above = by_numbers([row.number for row in rows]) or by_numbers([row.code for row in rows])
        if above is None:
            return {}
        self.remarks.append(Remark(RemarkKind.NUMBERED_PARENTS))
        return {
            row.line: None if up is None else codes.get(rows[up].line)
            for row, up in zip(rows, above, strict=True)
        }

    def _found(self, row: UnitDraft, identity: UnitIdentity) -> str | None:
        code = unit_codes.written(row.above)
        if code in self._codes:
            return code
        named = self._names.get(folded(row.above), set())
        if len(named) == 1:
            return next(iter(named))
        if not named and folded(row.above) in self._open:
            return None  # a row of the file about which something is open
        if row.is_group and not named:
            return self._office(row, identity)
        near = tuple(sorted(named)) or self._near(row.above)
        self.remarks.append(Remark(RemarkKind.PARENT, (row.line,), value=row.above, near=near))
        return None

    def _office(self, row: UnitDraft, identity: UnitIdentity) -> str | None:
        """The office of a row that has none of its own."""
        self._open.add(folded(row.above))
        code = identity.without_code(row.line, row.above, "")
        if code:
            self._names[folded(row.above)].add(code)
        if code and code in identity.made:
            self.offices.append(Upp(code, row.above))
        return code

    def _near(self, text: str) -> tuple[str, ...]:
        by_code = {folded(code): code for code in self._codes}
        known = {**by_code, **{name: min(codes) for name, codes in self._names.items()}}
        found = difflib.get_close_matches(folded(text), known, NEAR, 0.6)
        return tuple(dict.fromkeys(known[each] for each in found))
