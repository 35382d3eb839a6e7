"""Responses as the rows of a sheet: paper forms and older systems come in, exports go out.

A row's id is made from what it says and from how often that was said above it, so the same file
gives the same responses, whatever its delimiter and the order of its rows.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, tzinfo

from skm import sheet
from skm.instrument import NILAI, Instrument
from skm.lookup import by_code_or_name, folded
from skm.response import COMMENT_LENGTH, Response
from skm.sheet import CellError, Line, Problem, Row
from skm.upp import Mode, Upp

NOON = time(12)  # of a day without a time: daylight saving time moves it to no other day
FIRST_YEAR = 2000  # periods are read from this year on
LAYANAN_LENGTH = 200


def required(instrument: Instrument) -> list[str]:
    """The columns of every sheet: upp, submitted_at, and one for each item (u1 … u9)."""
    items = sorted(instrument.items, key=lambda item: item.unsur.number)
    return ["upp", "submitted_at", *(item.id.casefold() for item in items)]


def optional(instrument: Instrument) -> list[str]:
    """What a row may say besides; an empty cell says nothing."""
    return ["layanan", *(asked.id for asked in instrument.profile), "saran", "mode", "instrument"]


# --- in ------------------------------------------------------------------------------------------


@dataclass
class Forms:
    """Reads rows into responses. `zone`: of times that name none. `now`: aware."""

    instrument: Instrument
    upps: Sequence[Upp]
    zone: tzinfo
    now: datetime
    _seen: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self._upps = by_code_or_name(self.upps)
        self._today = self.day(self.now)

    def read(self, lines: Iterable[str]) -> Iterator[Response | Problem]:
        """Row by row, as they stand. Raises SheetError for a file that is no such sheet."""
        for line in sheet.read(lines, required(self.instrument), optional(self.instrument)):
            yield line if isinstance(line, Problem) else self._read(line)

    def day(self, moment: datetime) -> date:
        """The local day that a moment counts for."""
        return moment.astimezone(self.zone).date()

    def _read(self, line: Line) -> Response | Problem:
        try:
            said = self._said(line.row)
        except CellError as error:
            return Problem(line.number, str(error))
        digest = _digest(said)
        self._seen[digest] += 1
        return replace(said, id=f"{digest}{self._seen[digest]:x}")

    def _said(self, row: Row) -> Response:
        """The response of a row, still without its id; raises CellError."""
        return Response(
            id="",
            upp=self._upp(row["upp"]),
            layanan=sheet.seen(_at_most(LAYANAN_LENGTH, "layanan", row)),
            collector=None,
            instrument=self._version(row),
            answers={i.id: _nilai(i.id, row[i.id.casefold()]) for i in self.instrument.items},
            submitted_at=self._moment(row["submitted_at"]),
            profile={f.id: _one_of(f.options, f.id, row)
                     for f in self.instrument.profile if row.get(f.id)},
            saran=_at_most(COMMENT_LENGTH, "saran", row) or None,
            mode=Mode(_one_of(list(Mode), "mode", row)) if row.get("mode") else Mode.PAPER,
        )  # fmt: skip

    def _upp(self, cell: str) -> str:
        unit = self._upps.get(folded(cell))
        if unit is None:
            raise CellError(f"upp “{cell}” is no unit's code or name: see `skm upp list`.")
        return unit.code

    def _version(self, row: Row) -> str:
        version = row.get("instrument") or self.instrument.version
        if version != self.instrument.version:
            raise CellError(
                f"instrument is “{version}”, here it is {self.instrument.version}:"
                " import these rows with SKM_INSTRUMENT set to theirs."
            )
        return version

    def _moment(self, cell: str) -> datetime:
        try:
            if "T" in cell.upper() or ":" in cell:
                read = datetime.fromisoformat(cell)
            else:
                read = datetime.combine(date.fromisoformat(cell), NOON)
            moment = (read if read.tzinfo else read.replace(tzinfo=self.zone)).astimezone(UTC)
            day = self.day(moment)
        except (ValueError, OverflowError):
            raise CellError(
                f"submitted_at “{cell}” is no date: write 2026-11-24 or 2026-11-24 09:30."
            ) from None
        if day > self._today:
            raise CellError(f"submitted_at “{cell}” lies in the future.")
        if day.year < FIRST_YEAR:
            raise CellError(f"submitted_at “{cell}” lies before {FIRST_YEAR}.")
        return moment


def _nilai(item: str, cell: str) -> int:
    if cell not in map(str, NILAI):
        said = f"is “{cell}”" if cell else "is empty"
        raise CellError(f"{item.casefold()} {said}: write 1, 2, 3 or 4.")
    return int(cell)


def _one_of(options: Sequence[str], column: str, row: Row) -> str:
    if row[column].casefold() not in options:
        raise CellError(f"{column} is “{row[column]}”: write {', '.join(options)}, or nothing.")
    return row[column].casefold()


def _at_most(length: int, column: str, row: Row) -> str:
    cell = row.get(column, "")
    if len(cell) > length:
        raise CellError(f"{column} has {len(cell)} characters: shorten it to {length}.")
    return cell


def _digest(said: Response) -> str:
    """96 bits of what a row says; without the instrument's version, which may change meanwhile."""
    told = (
        said.upp,
        said.submitted_at.isoformat(),
        sorted(said.answers.items()),
        said.layanan,
        sorted(said.profile.items()),
        said.saran,
        said.mode,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]


# --- out -----------------------------------------------------------------------------------------


def cells(response: Response, day: date, columns: Sequence[str]) -> list[str]:
    """A response as cells for these columns. With its day only, without respondent and receipt:
    nothing here tells who gave an answer.
    """
    said = {
        "upp": response.upp,
        "submitted_at": day.isoformat(),
        "layanan": response.layanan,
        "saran": response.saran or "",
        "mode": response.mode,
        "instrument": response.instrument,
        **{item.casefold(): str(nilai) for item, nilai in response.answers.items()},
        **{asked: option or "" for asked, option in response.profile.items()},
    }
    return [sheet.safe(said.get(column, "")) for column in columns]
