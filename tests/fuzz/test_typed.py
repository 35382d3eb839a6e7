"""What operators type and hand in: periods, settings, units. A value, or one sentence."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.running.errors import SettingsError
from bot.running.settings import Settings, read_settings
from bot.telegram.channel import telegram_rates
from bot.whatsapp.channel import whatsapp_rates
from skm.errors import PeriodError, SkmError
from skm.files.read import read
from skm.instansi.period import Period, PeriodKind
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.intake import units
from skm.store.survey import upps
from tests.fuzz import tried
from tests.fuzz.said import ANYTHING, ARGUMENTS, EVIL, NUMBERS

T = TypeVar("T")

SECRET = "the-secret-that-must-not-be-told-to-anybody"


def tried_to(do: Callable[[], T], known: type[SkmError]) -> T | str:
    """What it gives, or the sentence that it tells."""
    try:
        return do()
    except known as error:
        said = str(error)
    assert said.endswith(".")
    assert "\n" not in said.strip() or known is PeriodError  # which repeats what was typed
    return said


@given(ARGUMENTS | ANYTHING)
@tried(200)
def test_whatever_is_typed_as_a_period_is_one_or_says_how_to_write_it(text: str) -> None:
    period = tried_to(lambda: Period.parse(text), PeriodError)
    if isinstance(period, str):
        assert "write it like" in period
        return
    assert period.start < period.end
    assert Period.parse(str(period)) == period
    assert period.previous().end == period.start
    for kind in PeriodKind:
        assert Period.of(kind, period.start).contains(period.start)


TIMES = ["06:30", "24:00", "7", "-1:00"]
SIZES = ["0", "-1", "1e400", "nan", "inf", "1e-300", "9" * 30, "9" * 400, "0x10", "1_000", "٣"]
ADDRESSES = [
    "Asia",
    "/",
    ".",
    "http://",
    "https://[",
    "postgresql+asyncpg://u:p@h:x/y",
    "sqlite+aiosqlite://",
]
VALUES = ANYTHING | NUMBERS | st.sampled_from([*EVIL, *TIMES, *SIZES, *ADDRESSES])
FIELDS = sorted(set(Settings.model_fields) - {"secret_key"})


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
@tried(150)
def test_any_value_of_a_setting_is_accepted_or_refused_by_its_name(
    given: Mapping[str, str],
) -> None:
    is_usable_or_told(given)


@pytest.mark.parametrize("field", FIELDS)
def test_every_setting_has_a_sentence_for_what_is_no_value_of_it(field: str) -> None:
    for value in (*TIMES, *SIZES, *ADDRESSES, *EVIL):
        is_usable_or_told({field: value})


def is_usable_or_told(given: Mapping[str, str]) -> None:
    values: dict[str, object] = {"secret_key": SECRET, **given}
    settings = tried_to(lambda: read_settings(_env_file=None, **values), SettingsError)
    assert SECRET not in f"{settings!r} {settings}"
    if isinstance(settings, str):
        assert "SKM_" in settings
        return
    assert settings.thresholds
    assert settings.zone
    assert settings.repeat_after < settings.lapse_after * 100_000
    telegram_rates(settings.telegram_rate)
    whatsapp_rates(settings.whatsapp_rate)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    migrate(url)
    return url


CELLS = st.sampled_from(
    ["PAJANG", "pajang", "DINKES", "Puskesmas", "", "12000", "-1", '"', '""', "\ufeff", *EVIL]
) | st.text(max_size=6)  # fmt: skip
ROWS = st.lists(CELLS, min_size=1, max_size=5).map(",".join)
SHEETS = st.lists(ROWS, max_size=6).map(
    lambda rows: "\n".join(["code,name,parent,population", *rows])
)
FILES = SHEETS.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=300)


@given(content=FILES)
@tried(60)
def test_whatever_is_handed_in_as_units_is_taken_whole_or_not_at_all(
    database_url: str, content: bytes
) -> None:
    async def handed_in() -> None:
        async with Database.open(database_url) as db:
            before = await db.read(upps.listed)
            new = 0
            with contextlib.suppress(IntakeError):
                looked = await units.look(db, read(content, "units.csv"), Choices())
                if looked.roster.units and not looked.roster.is_open:
                    new = len(looked.roster.new)
                    await units.store(db, looked, datetime.now(UTC))
            assert len(await db.read(upps.listed)) == len(before) + new

    asyncio.run(handed_in())
