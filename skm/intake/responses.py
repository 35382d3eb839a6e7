"""Responses from the rows of a table, and as rows of an export.

Every row is a response or a refusal that names all its faults. Nothing is guessed, and nothing is
left out without a remark.
"""

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property

from skm.instansi.collector import Mode
from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.cells.answers import AnswerReader, initials_in
from skm.intake.cells.dates import FIRST_YEAR, DateReader, is_month_first
from skm.intake.cells.profile import ProfileReader
from skm.intake.cells.text import escaped, visible
from skm.intake.cells.unit_names import UnitNames
from skm.intake.choices import Choices
from skm.intake.remark import Remark, RemarkKind
from skm.intake.table import layout as layouts
from skm.intake.table.grid import GridRow
from skm.intake.table.layout import TableLayout
from skm.intake.words import IntakeWords
from skm.privacy.retention import at_noon
from skm.survey.instrument import Instrument
from skm.survey.response import COMMENT_LENGTH, Response

LAYANAN_LENGTH = 200
SHOWN = 60  # characters of a cell in a remark
RESPONSE_ID = "id"


def columns(instrument: Instrument) -> list[str]:
    """The columns of an export, which an import takes: id, upp, submitted_at, u1 … u9, …"""
    items = sorted(instrument.items, key=lambda item: item.unsur.number)
    profile = [asked.id for asked in instrument.profile]
    return [
        RESPONSE_ID, "upp", "submitted_at", *(item.id.casefold() for item in items),
        "layanan", *profile, "saran", "mode", "instrument",
    ]  # fmt: skip


# --- in ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenRow:
    """A row that is a response. `exported_id`: what our own export wrote as its id."""

    line: int
    response: Response
    day: date
    exported_id: str


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be stored. `answers`: those that could be read, by item."""

    line: int
    faults: tuple[Remark, ...]
    answers: Mapping[str, int]


@dataclass(frozen=True)
class Context:
    """What reading needs beside the file. `zone`: of times without one. `now`: aware. `allowed`:
    codes of units that the reader is in charge of, None for all.
    """

    instrument: Instrument
    words: IntakeWords
    upps: Sequence[Upp]
    zone: tzinfo
    now: datetime
    allowed: frozenset[str] | None = None

    def day(self, moment: datetime) -> date:
        """The local day for which a response of this time counts."""
        return moment.astimezone(self.zone).date()


@dataclass
class ResponseRows:
    """The rows below the headings of `layout`, whose roles are items and columns of ours.

    `notes`: what was done with rows and cells that needed it; complete after all rows were read.
    """

    layout: TableLayout
    context: Context
    choices: Choices
    notes: list[Remark] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        instrument, words = self.context.instrument, self.context.words
        index = {role: self.layout.roles.index(role) for role in self.layout.roles if role}
        self._index = index
        asked_at = {item: index[item.id] for item in instrument.items if item.id in index}
        said = {row.cell(at) for at in asked_at.values() for row in self.layout.rows}
        initials = initials_in(said)
        self._answers = [
            (at, AnswerReader(item, words, self.choices, initials)) for item, at in asked_at.items()
        ]
        self._profile = [
            (index[asked.id], ProfileReader(asked, words.profile.get(asked.id, {}),
                                            self._chosen(asked.id)))
            for asked in instrument.profile
            if asked.id in index
        ]  # fmt: skip
        self._units = UnitNames(self.context.upps, self._chosen("upp"))
        self._today = self.context.day(self.context.now)
        at = index.get("submitted_at")
        dates = (row.cell(at) for row in self.layout.rows) if at is not None else ()
        months = words.periods.months
        self._dates = DateReader(self.context.zone, months, is_month_first(dates))

    def _chosen(self, role: str) -> dict[str, str]:
        return {said: to for (own, said), to in self.choices.values.items() if own == role}

    def read(self) -> Iterator[TakenRow | RefusedRow]:
        """Every row that is not blank, a total, a count of the columns or their headings again."""
        plain = frozenset([index for index, _ in self._answers])
        comment = self._index.get("saran")
        skipped = plain | ({comment} if comment is not None else frozenset())
        for row in self.layout.rows:
            if row.is_blank:
                continue
            if layouts.is_numbering(row):
                self._note(RemarkKind.NUMBERING, row)
            elif self.layout.is_repeated(row):
                self._note(RemarkKind.HEADINGS_AGAIN, row)
            elif total := layouts.total_word(row, skipped, self._units.folded_names):
                self._note(RemarkKind.TOTALS, row, value=total[:SHOWN])
            else:
                yield _Row(self, row).read()

    def _note(self, kind: RemarkKind, row: GridRow, column: str = "", value: str = "") -> None:
        self.notes.append(Remark(kind, (row.number,), column, value))

    @cached_property
    def width(self) -> int:
        """How many cells a row may have: to the last heading that is not blank."""
        return max(i for i, heading in enumerate(self.layout.headings) if heading) + 1


class _Row:
    """One row while it is read; collects all its faults."""

    def __init__(self, rows: ResponseRows, row: GridRow) -> None:
        self.rows, self.row = rows, row
        self.faults: list[Remark] = []

    def read(self) -> TakenRow | RefusedRow:
        rows, context = self.rows, self.rows.context
        self._check_cells()
        upp, moment, answers = self._upp(), self._moment(), self._answers()
        profile, saran, layanan = self._profile(), self._saran(), self._layanan()
        mode = self._mode()
        version = self._version()
        if self.faults or upp is None or moment is None:
            return RefusedRow(self.row.number, tuple(self.faults), answers)
        response = Response(
            id="", upp=upp, layanan=layanan, collector=None,
            instrument=version, answers=answers, submitted_at=moment,
            profile=profile, saran=saran or None, mode=mode,
        )  # fmt: skip
        known = self._cell(RESPONSE_ID) if RESPONSE_ID in rows._index else ""
        return TakenRow(self.row.number, response, context.day(moment), known)

    def _cell(self, role: str) -> str:
        index = self.rows._index.get(role)
        return "" if index is None else self.row.cell(index)

    def _fault(
        self, kind: RemarkKind, column: str = "", value: str = "", near: tuple[str, ...] = ()
    ) -> None:
        self.faults.append(Remark(kind, (self.row.number,), column, value[:SHOWN], near))

    def _heading(self, index: int) -> str:
        return self.rows.layout.headings[index]

    def _check_cells(self) -> None:
        for index, cell in enumerate(self.row.cells):
            if "\0" in cell:
                self._fault(RemarkKind.NUL, self._heading(index) if index < self.rows.width else "")
        extra = sum(bool(cell) for cell in self.row.cells[self.rows.width :])
        if extra:
            self._fault(RemarkKind.RAGGED, value=str(extra))

    def _upp(self) -> str | None:
        rows = self.rows
        cell = rows.choices.unit or self._cell("upp")
        code = rows._units(cell)
        if code is None:
            column = "" if rows.choices.unit else "upp"
            self._fault(RemarkKind.UNIT, column, cell, rows._units.near(cell))
        elif rows.context.allowed is not None and code not in rows.context.allowed:
            self._fault(RemarkKind.OTHER_UNIT, "upp", code)
        return code

    def _moment(self) -> datetime | None:
        rows = self.rows
        if rows.choices.day:
            moment: datetime | None = at_noon(rows.choices.day, rows.context.zone).astimezone(UTC)
            cell = rows.choices.day.isoformat()
        else:
            cell = self._cell("submitted_at")
            moment = rows._dates(cell)
        if moment is None:
            self._fault(RemarkKind.DATE, "submitted_at", cell)
            return None
        day = rows.context.day(moment)
        if day > rows._today:
            self._fault(RemarkKind.FUTURE, "submitted_at", cell)
        elif day.year < FIRST_YEAR:
            self._fault(RemarkKind.TOO_OLD, "submitted_at", cell)
        return moment

    def _answers(self) -> dict[str, int]:
        found = {}
        for index, reader in self.rows._answers:
            cell = self.row.cell(index)
            nilai = reader(cell)
            if nilai is not None:
                found[reader.item.id] = nilai
            elif not cell:
                self._fault(RemarkKind.UNANSWERED, self._heading(index))
            else:
                other = reader.other_unsur(cell)
                near = (str(other),) if other and other != reader.item.unsur else ()
                self._fault(RemarkKind.ANSWER, self._heading(index), cell, near)
        return found

    def _profile(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for index, reader in self.rows._profile:
            cell = self.row.cell(index)
            option = reader(cell)
            if option is None:
                self._fault(RemarkKind.PROFILE, reader.asked.id, cell, reader.asked.options)
            elif option:
                found[reader.asked.id] = option
                if reader.is_other(cell):
                    self.rows._note(
                        RemarkKind.OTHER_OCCUPATION, self.row, reader.asked.id, cell[:SHOWN]
                    )
        return found

    def _saran(self) -> str:
        text = self._cell("saran")
        if len(text) > COMMENT_LENGTH:
            self.rows._note(RemarkKind.CUT, self.row, value=str(len(text)))
        return text[:COMMENT_LENGTH]

    def _layanan(self) -> str:
        text = visible(self._cell("layanan"))
        if len(text) > LAYANAN_LENGTH:
            self._fault(RemarkKind.LONG, "layanan", text)
        return text[:LAYANAN_LENGTH]

    def _mode(self) -> Mode:
        cell = self._cell("mode")
        said = folded(cell)
        meaning = self.rows.choices.values.get(("mode", said), said)
        if meaning and meaning not in [*Mode]:
            self._fault(RemarkKind.MODE, "mode", cell, tuple(Mode))
            return Mode.PAPER
        return Mode(meaning) if meaning else Mode.PAPER

    def _version(self) -> str:
        """The version that was asked: an earlier one of the same questionnaire stays what it is."""
        own, cell = self.rows.context.instrument, self._cell("instrument").casefold()
        if cell and not re.fullmatch(rf"{own.name}-[0-9]+", cell):
            self._fault(RemarkKind.INSTRUMENT, "instrument", cell, (own.version,))
        return cell or own.version


# --- out -----------------------------------------------------------------------------------------


def export_id(key: bytes, response_id: str) -> str:
    """What an export writes instead of the receipt number: only this deployment can compare it."""
    return hmac.digest(key, f"export:{response_id}".encode(), "sha256")[:12].hex()


def cells(response: Response, day: date, own_id: str, names: Sequence[str]) -> list[str]:
    """A response as cells for these columns: with its day, but without respondent, receipt number
    and time, so that nothing says who gave it. `own_id`: its `export_id`.
    """
    found = {
        RESPONSE_ID: own_id,
        "upp": response.upp,
        "submitted_at": day.isoformat(),
        "layanan": response.layanan,
        "saran": response.saran or "",
        "mode": response.mode,
        "instrument": response.instrument,
        **{item.casefold(): str(nilai) for item, nilai in response.answers.items()},
        **{asked: option or "" for asked, option in response.profile.items()},
    }
    return [escaped(found.get(column, "")) for column in names]
