"""A batch: what one file brought in, by whom, and how it was read. It can be taken back."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skm.errors import SkmError
from skm.intake.choices import Choices


class BatchKind(StrEnum):
    """What the rows are."""

    RESPONSES = "responses"
    UNITS = "units"
    RECAP = "recap"
    PAPER = "paper"  # forms, read from photos


@dataclass(frozen=True)
class BatchSource:
    """Where rows come from. `name`: of the file. `sha256`: of its cells. `fingerprint`: of its
    headings. `office`: the unit that the choices belong to, "" for the whole instansi. `mapping`:
    the name that the choices were given. `official`: who, None for the command line.
    """

    kind: BatchKind
    name: str
    sha256: str
    fingerprint: str = ""
    office: str = ""
    mapping: str = ""
    choices: Choices = field(default_factory=Choices)
    official: int | None = None


@dataclass(frozen=True)
class ImportBatch:
    """`rows`: of the file. `stored`: of them, so far. `finished_at`: None if it was interrupted."""

    id: int
    source: BatchSource
    at: datetime
    rows: int
    stored: int
    finished_at: datetime | None
    undone_at: datetime | None


class BatchRefusal(StrEnum):
    """Why a batch cannot be taken back; the name of a text."""

    UNKNOWN = "batch_unknown"
    UNDONE = "batch_undone"
    CLOSED = "batch_closed"
    PURGED = "batch_purged"
    IN_USE = "batch_in_use"
    NOT_YOURS = "batch_not_yours"


class BatchError(SkmError):
    """`number`: of the batch. `about`: the period or units that are in the way."""

    def __init__(self, number: int, refusal: BatchRefusal, about: str = "") -> None:
        self.number, self.refusal, self.about = number, refusal, about
        super().__init__(f"Batch {number} cannot be taken back: {refusal} {about}".strip())


def row_id(number: int, sha256: str, line: int) -> str:
    """The id of a response: from its batch and row, never from what it says."""
    return hashlib.sha256(f"{number}:{sha256}:{line}".encode()).hexdigest()[:24]
