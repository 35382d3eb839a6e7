"""Sheets go into a real database whole or not at all, and come out as they went in."""

import contextlib
import csv
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import INSTRUMENTS
from skm.errors import SkmError
from skm.ikm import Tally
from skm.instrument import Instrument
from skm.period import Period
from skm.sheet import SheetError
from skm.store import exchange, responses, tallies, upps
from skm.store.database import Database, StoreError
from skm.store.exchange import Imported
from skm.upp import Upp
from tests.conftest import Fresh

pytestmark = pytest.mark.by_year

SKM9 = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
SKM16 = Instrument.parse((INSTRUMENTS / "skm16.toml").read_text(encoding="utf-8"))
JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UPPS = [Upp("DINKES", "Dinas Kesehatan"), Upp("PAJANG", "Puskesmas Pajang", "DINKES")]
HEADER = "upp,submitted_at,u1,u2,u3,u4,u5,u6,u7,u8,u9,layanan,gender,saran\n"
GOOD = "PAJANG,2026-11-20,3,3,3,4,3,3,4,4,3,Poli Umum,female,Kursi kurang\n"
BAD = "PAJANG,2026-11-20,3,3,3,5,3,3,4,4,3,,,\n"


@asynccontextmanager
async def a_database(fresh: Fresh) -> AsyncIterator[Database]:
    with fresh() as url:
        async with Database.open(url) as db:
            await db.write(lambda conn: upps.put(conn, UPPS))
            yield db


@pytest.fixture
async def db(fresh: Fresh) -> AsyncIterator[Database]:
    async with a_database(fresh) as db:
        yield db


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "formulir.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write


async def taken(db: Database, path: Path, *, skip_bad: bool = False) -> Imported:
    return await exchange.import_responses(db, path, SKM9, zone=JAKARTA, now=NOW, skip_bad=skip_bad)


async def tally(db: Database, upp: str = "DINKES") -> dict[str, Tally]:
    return await db.read(lambda conn: tallies.of(conn, upp, date(2000, 1, 1), date(2100, 1, 1)))


async def count(db: Database) -> int:
    return sum(tally.n for tally in (await tally(db)).values())


async def test_rows_become_responses_and_figures(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    done = await taken(db, sheet(HEADER + GOOD * 2))
    assert (done.new, done.known, done.problems) == (2, 0, [])
    assert (await tally(db, "PAJANG"))["skm9-1"].n == 2
    [first, _] = await db.read(
        lambda conn: responses.comments(conn, "DINKES", date(2026, 11, 1), date(2026, 12, 1), 9)
    )
    assert (first.text, first.layanan, first.day) == (
        "Kursi kurang",
        "Poli Umum",
        date(2026, 11, 20),
    )


async def test_the_same_file_twice_changes_nothing(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    await taken(db, sheet(HEADER + GOOD * 3))
    before = await tally(db)
    as_saved_again = (HEADER + GOOD * 3).replace(",", ";").replace("\n", "\r\n")
    done = await taken(db, sheet("\ufeff" + as_saved_again))
    assert (done.new, done.known) == (0, 3)
    assert await tally(db) == before


async def test_a_longer_version_of_a_file_adds_only_what_is_new(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    await taken(db, sheet(HEADER + GOOD))
    done = await taken(db, sheet(HEADER + GOOD + GOOD + GOOD.replace("Umum", "Gigi")))
    assert (done.new, done.known) == (2, 1)


async def test_with_one_bad_row_nothing_is_stored(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    done = await taken(db, sheet(HEADER + GOOD * 2 + BAD + GOOD))
    assert [str(problem) for problem in done.problems] == ["Line 4: u4 is “5”: write 1, 2, 3 or 4."]
    assert (done.new, await count(db)) == (0, 0)


async def test_bad_rows_may_be_left_out(db: Database, sheet: Callable[[str], Path]) -> None:
    done = await taken(db, sheet(HEADER + GOOD * 2 + BAD + GOOD), skip_bad=True)
    assert (done.new, len(done.problems), await count(db)) == (3, 1, 3)


async def test_a_file_that_breaks_off_in_the_middle_stores_nothing(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    with pytest.raises(SheetError, match="Line 3 cannot be read"):
        await taken(db, sheet(HEADER + GOOD + '"PAJANG,2026'), skip_bad=True)
    assert await count(db) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(HEADER.encode("utf-16"), "is not UTF-8"), (b"\xff" + GOOD.encode(), "is not UTF-8")],
)
async def test_another_encoding_is_told(
    db: Database, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "lama.csv"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=said):
        await taken(db, path)


async def test_a_file_that_is_not_there_is_told(db: Database, tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="cannot be read: No such file"):
        await taken(db, tmp_path / "tiada.csv")
    with pytest.raises(SheetError, match="cannot be read: Is a directory"):
        await taken(db, tmp_path)


async def test_an_import_that_was_interrupted_goes_on_where_it_was(
    db: Database, sheet: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "CHUNK", 10)
    path, read = sheet(HEADER + GOOD * 100), 0

    def breaks_off(characters: int) -> None:
        nonlocal read
        read += characters
        if read > path.stat().st_size * 1.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await exchange.import_responses(db, path, SKM9, zone=JAKARTA, now=NOW, advance=breaks_off)
    there = await count(db)
    assert 0 < there < 100
    done = await taken(db, path)
    assert (done.new, done.known, await count(db)) == (100 - there, there, 100)


async def fill_the_disk(conn: AsyncConnection) -> None:
    """From the twentieth response on."""
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql(
            "CREATE TRIGGER no_room BEFORE INSERT ON response"
            " WHEN (SELECT count(*) FROM response) >= 20"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        return
    await conn.exec_driver_sql(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF (SELECT count(*) FROM response) >= 20 THEN"
        " RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100';"
        " END IF; RETURN NEW; END $$"
    )
    await conn.exec_driver_sql(
        "CREATE TRIGGER no_room BEFORE INSERT ON response FOR EACH ROW EXECUTE FUNCTION no_room()"
    )


async def test_a_database_that_stops_taking_rows_says_how_far_it_came(
    db: Database, sheet: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "CHUNK", 10)
    await db.write(fill_the_disk)
    with pytest.raises(StoreError, match=r"disk is full.* 20 rows were stored before"):
        await taken(db, sheet(HEADER + GOOD * 40))


# --- out and in again ----------------------------------------------------------------------------


async def written(
    db: Database, path: Path, upp: str | None = None, period: Period | None = None
) -> list[dict[str, str]]:
    await exchange.export_responses(db, path, SKM9, zone=JAKARTA, upp=upp, period=period)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_what_goes_out_comes_in_elsewhere_unchanged(
    db: Database, sheet: Callable[[str], Path], tmp_path: Path, fresh: Fresh
) -> None:
    strange = '"=1+1\n@x; ""kutip"", \'=y"'
    rows = GOOD * 2 + f"DINKES,2026-01-05 23:30,1,2,3,4,1,2,3,4,1,-Poli,,{strange}\n"
    await taken(db, sheet(HEADER + rows))
    out = await written(db, tmp_path / "keluar.csv")
    assert len(out) == 3
    async with a_database(fresh) as other:
        done = await taken(other, tmp_path / "keluar.csv")
        assert (done.new, done.problems) == (3, [])
        assert await tally(other) == await tally(db)
        again = await written(other, tmp_path / "lagi.csv")
    assert again == out


async def test_nothing_that_goes_out_is_run_or_tells_who_said_it(
    db: Database, sheet: Callable[[str], Path], tmp_path: Path
) -> None:
    await taken(db, sheet(HEADER + "PAJANG,2026-11-20 09:41,3,3,3,3,3,3,3,3,3,,,=cmd()\n"))
    [row] = await written(db, tmp_path / "keluar.csv")
    assert row["saran"] == "'=cmd()"
    assert row["submitted_at"] == "2026-11-20"
    assert not {"id", "respondent", "collector", "channel", "started_at"} & set(row)


async def test_a_unit_with_those_below_it_and_a_period_go_out(
    db: Database, sheet: Callable[[str], Path], tmp_path: Path
) -> None:
    old = GOOD.replace("2026-11-20", "2026-06-30")
    await taken(db, sheet(HEADER + GOOD + old + GOOD.replace("PAJANG", "DINKES")))
    keluar, quarter = tmp_path / "keluar.csv", Period.parse("2026-Q4")
    assert len(await written(db, keluar, upp="DINKES")) == 3
    assert len(await written(db, keluar, upp="PAJANG")) == 2
    assert len(await written(db, keluar, upp="PAJANG", period=quarter)) == 1


async def test_answers_to_another_instrument_go_out_and_are_not_mixed_in(
    db: Database, tmp_path: Path
) -> None:
    items = ",".join(item.id for item in SKM16.items)
    path = tmp_path / "enambelas.csv"
    path.write_text(f"upp,submitted_at,{items}\nPAJANG,2026-11-20{',2' * 16}\n", encoding="utf-8")
    await exchange.import_responses(db, path, SKM16, zone=JAKARTA, now=NOW)
    [row] = await written(db, tmp_path / "keluar.csv")
    assert (row["instrument"], row["u1"], row["u1a"]) == (SKM16.version, "", "2")
    with pytest.raises(SheetError, match="rename or remove"):
        await taken(db, tmp_path / "keluar.csv")


async def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(
    db: Database, tmp_path: Path
) -> None:
    with pytest.raises(SheetError, match="cannot be written: No such file"):
        await written(db, tmp_path / "tiada" / "keluar.csv")
    (tmp_path / "map.csv").mkdir()
    with pytest.raises(SheetError, match="cannot be written"):
        await written(db, tmp_path / "map.csv")
    assert sorted(path.name for path in tmp_path.glob("*.csv*")) == ["map.csv"]


# --- units ---------------------------------------------------------------------------------------


async def test_units_are_added_and_changed_in_any_order(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    path = sheet("code,name,parent,population\nUKM,Klinik,PAJANG,\nPAJANG,Puskesmas,DINKES,900\n")
    done = await exchange.import_upps(db, path)
    assert (done.new, done.known) == (1, 1)
    assert await db.read(upps.listed) == [
        UPPS[0],
        Upp("PAJANG", "Puskesmas", "DINKES", 900),
        Upp("UKM", "Klinik", "PAJANG"),
    ]
    assert (await exchange.import_upps(db, path)).new == 0


async def test_one_bad_unit_and_none_is_stored(db: Database, sheet: Callable[[str], Path]) -> None:
    done = await exchange.import_upps(db, sheet("code,name,parent\nA,Satu,\nB,Dua,PUSAT\n"))
    assert [problem.line for problem in done.problems] == [3]
    assert await db.read(upps.listed) == UPPS


async def test_units_that_stand_above_themselves_are_refused(
    db: Database, sheet: Callable[[str], Path]
) -> None:
    with pytest.raises(SkmError, match="above itself"):
        await exchange.import_upps(db, sheet("code,name,parent\nDINKES,Dinas,PAJANG\n"))
    assert await db.read(upps.listed) == UPPS


# --- whatever a file holds -----------------------------------------------------------------------

SEEN = ["PAJANG", "dinkes", "", "2026-11-20", "2026-11-20T10:00+07:00", "1", "5", "=1", '"', "\0"]
CELLS = st.sampled_from(SEEN) | st.text(max_size=8)
ROWS = st.lists(CELLS, min_size=9, max_size=15).map(",".join) | st.sampled_from([GOOD, BAD, "\n"])
SHEETS = st.lists(ROWS, max_size=8).map(lambda rows: HEADER + "\n".join(rows)) | st.text()


@pytest.mark.takes_long
@given(text=SHEETS, skip_bad=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_any_file_is_taken_whole_or_told_in_sentences(
    text: str, skip_bad: bool, fresh: Fresh
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_database(fresh) as db:
            path = Path(folder) / "apa saja.csv"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            done = Imported()
            with contextlib.suppress(SheetError):
                done = await taken(db, path, skip_bad=skip_bad)
            assert all(problem.reason.endswith(".") for problem in done.problems)
            assert await count(db) == done.new + done.known
            assert skip_bad or not (done.problems and await count(db))
