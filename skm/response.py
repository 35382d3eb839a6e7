"""A response: the nine answers of one respondent, complete, with what was added after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from skm.upp import Mode

COMMENT_LENGTH = 2000  # characters


@dataclass(frozen=True)
class Response:
    """One complete answer to an instrument.

    `id` is the receipt number that the respondent got. `answers`: item id → nilai 1–4.
    `profile`: field id → option, None or absent where skipped. `saran`: the free comment.
    `respondent`: a keyed pseudonym, never a person's id; None for imported paper forms.
    `submitted_at` is aware (UTC); the day it counts for is the instansi's local day.
    """

    id: str
    upp: str
    layanan: str
    collector: str | None
    instrument: str
    answers: Mapping[str, int]
    submitted_at: datetime
    started_at: datetime | None = None
    profile: Mapping[str, str | None] = field(default_factory=dict)
    saran: str | None = None
    respondent: str | None = None
    channel: str = ""
    mode: Mode = Mode.SELF
    language: str = "id"


@dataclass(frozen=True)
class Saran:
    """A comment as officials may see it: with its day, never with the time of day."""

    id: str
    text: str
    day: date
    upp: str
    upp_name: str
    layanan: str
