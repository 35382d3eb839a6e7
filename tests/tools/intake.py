"""Files as offices bring them, for tests: a table of answers in many shapes, and a look at it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.messaging.catalog import Catalog
from bot.request.intake import words
from skm.files.read import read
from skm.instansi.upp import Upp
from skm.intake.choices import Choices
from skm.intake.preview import Prepared, Preview, look, prepare
from skm.intake.responses import Context, RefusedRow, ResponseRows, TakenRow
from skm.survey.instrument import Instrument
from tests.skm.survey.test_instrument import SKM9

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNITS = (Upp("DINKES", "Dinas Kesehatan"), Upp("PAJANG", "Puskesmas Pajang", "DINKES"))
CATALOG = Catalog.load()


def context(instrument: Instrument = SKM9, units: Sequence[Upp] = UNITS) -> Context:
    return Context(instrument, words(CATALOG, instrument), units, JAKARTA, NOW)


def table(*lines: str) -> bytes:
    """A CSV file of these lines."""
    return "".join(f"{line}\n" for line in lines).encode()


def prepared(content: bytes, choices: Choices | None = None) -> Prepared:
    return prepare(read(content, "berkas.csv"), context(), choices or Choices())


def preview(content: bytes, choices: Choices | None = None) -> Preview:
    return look(prepared(content, choices), context())


def rows(content: bytes, choices: Choices | None = None) -> list[TakenRow | RefusedRow]:
    given = prepared(content, choices)
    assert given.questions == (), given.questions
    return list(ResponseRows(given.layout, context(), given.choices).read())


def answers(nilai: int = 3) -> str:
    return ",".join([str(nilai)] * 9)


CODES = ",".join(f"u{number}" for number in range(1, 10))
HEADER = f"upp,submitted_at,{CODES},layanan,gender,saran"
DAY = date(2026, 11, 20)


def line(upp: str = "PAJANG", day: str = "2026-11-20", nilai: int = 3, rest: str = ",,") -> str:
    return f"{upp},{day},{answers(nilai)},{rest}"
