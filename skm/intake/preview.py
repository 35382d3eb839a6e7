"""What would be stored of a file, before anything is: counts, means, faults, questions.

`prepare` finds the table and its columns, `look` reads every row once and counts.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from skm.figures.ikm import BOBOT, Tally, ikm, rounded
from skm.instansi.find_upp import folded
from skm.intake.cells.answers import number_in
from skm.intake.choices import Choices
from skm.intake.remark import QUESTIONS, Remark, RemarkKind, grouped
from skm.intake.responses import RESPONSE_ID, Context, RefusedRow, ResponseRows, TakenRow
from skm.intake.table import columns, layout, long_form
from skm.intake.table.columns import CODE, UNKNOWN, ColumnNames
from skm.intake.table.grid import SourceFile, sha256_of
from skm.intake.table.layout import TableLayout
from skm.progress import Advance
from skm.survey.instrument import NILAI, Instrument
from skm.survey.response import Response
from skm.survey.unsur import Unsur

WORST, BEST = min(NILAI), max(NILAI)
LARGEST_SCALE = 10  # larger numbers, such as 99, are codes for a missing answer
OTHER_SCALE = 5  # one row in so many with an answer above 4 is another scale, not a slip
LOW_INDEX = 50  # a file of REVERSED_FROM rows below it is asked whether 1 is the best
REVERSED_FROM = 10
STEP = 1000  # rows between two calls of `advance`


@dataclass(frozen=True)
class Prepared:
    """A table whose columns are known, or `questions` that must be answered first. `sha256`: of its
    cells. `fingerprint`: of its headings, by which choices are remembered.
    """

    layout: TableLayout
    choices: Choices
    sha256: str
    fingerprint: str
    questions: tuple[Remark, ...]
    notes: tuple[Remark, ...]


@dataclass
class Preview:
    """`rows`: that are neither blank nor totals. `histogram`: item → how often each answer.

    `taken`: digest of a row's content → its lines. `exported`: what rows of an export have as ids →
    their line. `remarks`: questions, faults and notes, grouped.
    """

    rows: int = 0
    units: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    histogram: dict[str, Counter[int]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally.empty)
    taken: dict[bytes, list[int]] = field(default_factory=dict)
    exported: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    _bounds: tuple[Fraction, Fraction] = (Fraction(), Fraction())

    @property
    def good(self) -> int:
        """Rows that can be stored."""
        return self.tally.n

    @property
    def bad(self) -> int:
        return self.rows - self.good

    @property
    def ikm(self) -> Decimal | None:
        """The index of the rows that can be stored."""
        return ikm(self.tally)

    @property
    def between(self) -> tuple[Decimal, Decimal]:
        """The index if answers that cannot be read were all 1, and all 4."""
        own = Fraction(25 * self.tally.total, 9 * 60)
        low, high = (rounded((own + 25 * each) / self.rows, 2) for each in self._bounds)
        return low, high

    def add_unread(self, instrument: Instrument, answers: dict[str, int]) -> None:
        """Widens `between` by a row of which only these answers are known."""
        low, high = self._bounds
        self._bounds = (
            low + _mean(instrument, answers, WORST),
            high + _mean(instrument, answers, BEST),
        )

    @property
    def questions(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.kind in QUESTIONS]


def _mean(instrument: Instrument, answers: dict[str, int], missing: int) -> Fraction:
    """The weighted mean of one row, 1 to 4."""
    given = {item.id: answers.get(item.id, missing) for item in instrument.items}
    return sum(
        (BOBOT * Fraction(sum(each), len(each)) for each in instrument.by_unsur(given).values()),
        Fraction(),
    )


# --- the table -----------------------------------------------------------------------------------


def prepare(file: SourceFile, context: Context, choices: Choices) -> Prepared:
    """Finds the table. Raises IntakeError for a file without one."""
    names = ColumnNames(context.instrument, context.words, choices)
    found = layout.find(file, names, choices)
    digest, notes = sha256_of(found.grid), [*_about_file(file, found)]
    if long_form.is_long(found):
        grid, twice = long_form.turned(found)
        notes += [Remark(RemarkKind.TURNED), *twice]
        found = layout.in_grid(grid, names, found.line) or found
    if choices.order:
        roles = columns.ordered(found.roles, context.instrument, choices.order)
        found = replace(found, roles=roles)
    asked = columns.questions(found.headings, found.roles, context.instrument, choices)
    notes += _about_columns(found)
    return Prepared(found, choices, digest, found.fingerprint, tuple(asked), tuple(notes))


def _about_file(file: SourceFile, found: TableLayout) -> Iterator[Remark]:
    if file.is_web_page:
        yield Remark(RemarkKind.WEB_PAGE)
    if found.above:
        yield Remark(RemarkKind.HEADINGS_AT, value=str(found.line), near=(str(found.above),))


def _about_columns(found: TableLayout) -> Iterator[Remark]:
    """What is passed over, and what unsur a bare code means, since forms number otherwise."""
    known = (columns.UNCLEAR, UNKNOWN, long_form.RESPONDENT, long_form.QUESTION, long_form.ANSWER)
    both = list(zip(found.headings, found.roles, strict=True))
    for heading in [heading for heading, role in both if heading and role in known]:
        yield Remark(RemarkKind.PASSED_OVER, column=heading)
    coded = {role: heading for heading, role in both if CODE.fullmatch(folded(heading))}
    ours = RESPONSE_ID in found.roles or "instrument" in found.roles  # our own export
    if {Unsur.U8, Unsur.U9} <= coded.keys() and not ours:
        yield Remark(RemarkKind.CODES, near=(coded[Unsur.U8], coded[Unsur.U9]))


# --- the rows ------------------------------------------------------------------------------------


def look(prepared: Prepared, context: Context, advance: Advance = lambda rows: None) -> Preview:
    """Reads every row; `advance` is called with the rows read since."""
    preview = Preview(remarks=[*prepared.questions])
    rows = ResponseRows(prepared.layout, context, prepared.choices)
    faults: list[Remark] = []
    patterns: Counter[tuple[int, ...]] = Counter()
    if not prepared.questions:
        for row in rows.read():
            preview.rows += 1
            if isinstance(row, RefusedRow):
                faults += row.faults
                preview.add_unread(context.instrument, dict(row.answers))
                _count_other(preview, row)
            else:
                _count(preview, row, patterns)
            if preview.rows % STEP == 0:
                advance(STEP)
        _count_answers(preview, context.instrument, patterns)
        preview.tally = _tally(context.instrument, patterns)
        preview.remarks += _doubts(preview, prepared.choices, faults)
    preview.remarks += grouped([*faults, *prepared.notes, *rows.notes])
    return preview


def _count(preview: Preview, row: TakenRow, patterns: Counter[tuple[int, ...]]) -> None:
    preview.units[row.response.upp] += 1
    preview.days[row.day] += 1
    patterns[tuple(row.response.answers.values())] += 1
    preview.taken.setdefault(content_digest(row.response, row.day), []).append(row.line)
    if row.exported_id:
        preview.exported[row.exported_id] = row.line


def _count_other(preview: Preview, row: RefusedRow) -> None:
    """Answers of a refused row belong into the histogram: there another scale is seen."""
    for item, nilai in row.answers.items():
        preview.histogram.setdefault(item, Counter())[nilai] += 1


def _count_answers(
    preview: Preview, instrument: Instrument, patterns: Counter[tuple[int, ...]]
) -> None:
    """Adds the answers of the good rows to the histogram, a pattern of answers at a time."""
    for pattern, times in patterns.items():
        for item, nilai in zip(instrument.items, pattern, strict=True):
            preview.histogram.setdefault(item.id, Counter())[nilai] += times


def _tally(instrument: Instrument, patterns: Counter[tuple[int, ...]]) -> Tally:
    """The tally of rows by their answers, which are in the instrument's order."""
    total = Tally.empty()
    for pattern, times in patterns.items():
        given = dict(zip((item.id for item in instrument.items), pattern, strict=True))
        total += Tally.of_response(instrument.by_unsur(given)) * times
    return total


def _doubts(preview: Preview, choices: Choices, faults: Sequence[Remark]) -> Iterator[Remark]:
    """Questions that only the answers raise: another scale, a reversed one, swapped columns."""
    answers = [remark for remark in faults if remark.kind is RemarkKind.ANSWER]
    high = {
        remark.lines: number
        for remark in answers
        if BEST < (number := number_in(remark.value) or 0) <= LARGEST_SCALE
    }
    cells = sum(number_in(remark.value) in high.values() for remark in answers)
    if len(high) * OTHER_SCALE >= preview.rows > 0 and cells > 1 and not choices.recode:
        yield Remark(RemarkKind.SCALE, value=str(max(high.values())))
    swapped = {(remark.column, remark.near) for remark in answers if remark.near}
    for column, near in sorted(swapped):
        yield Remark(RemarkKind.SWAPPED, column=column, near=near)
    asked = choices.is_reversed or choices.scale_is_right
    if preview.good >= REVERSED_FROM and (preview.ikm or 0) < LOW_INDEX and not asked:
        yield Remark(RemarkKind.REVERSED, value=str(preview.ikm))


def content_digest(response: Response, day: date) -> bytes:
    """The same for responses that nothing tells apart: unit, day, answers, layanan, profile and
    comment. People do answer alike, so equal content is only a reason to ask.
    """
    profile = sorted((name, option) for name, option in response.profile.items() if option)
    content = (
        response.upp, day.isoformat(), sorted(response.answers.items()), response.layanan,
        profile, response.saran or "",
    )  # fmt: skip
    return hashlib.sha256(repr(content).encode("utf-8", "replace")).digest()[:12]
