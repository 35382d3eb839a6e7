"""A response: the answers of one respondent to all items, and what was added after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from skm.instansi.collector import Mode

COMMENT_LENGTH = 2000  # characters


@dataclass(frozen=True)
class Response:
    """One complete response to an instrument.

    `id`: the receipt number that the respondent got. `answers`: item id → nilai 1–4. `profile`:
    field id → option, None or absent where skipped. `saran`: the free comment. `respondent`: a
    keyed pseudonym, None for imported paper forms. `submitted_at` and `started_at`: aware, UTC; the
    day for which a response counts is the instansi's local day.
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
