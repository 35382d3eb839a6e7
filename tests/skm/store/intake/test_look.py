"""A file is looked at, stored as a batch, and taken back, in a real database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.breakdown import Tallies
from skm.files.read import read
from skm.instansi.period import Period
from skm.intake.batch import BatchError, BatchRefusal, ImportBatch
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, RemarkKind
from skm.store.database.database import Database, StoreError
from skm.store.intake import export, look
from skm.store.intake import responses as stored
from skm.store.intake.look import Bringer, Looked
from skm.store.periods import closings
from skm.store.survey import responses, rollup, tallies, upps
from tests.conftest import Fresh
from tests.skm.survey.test_instrument import SKM9
from tests.tools.examples import examples
from tests.tools.intake import HEADER, JAKARTA, NOW, UNITS, context, line, table

KEY = b"a deployment's key"


@dataclass(frozen=True)
class Office:
    """An office that brings files into a database."""

    db: Database

    async def looks(
        self, content: bytes, name: str = "a.csv", choices: Choices | None = None
    ) -> Looked:
        bringer = Bringer(keys=[KEY])
        file = read(content, name)
        return await look.look(self.db, file, context(), choices or Choices(), bringer)

    async def brings(
        self, content: bytes, name: str = "a.csv", *, skip_similar: bool = False
    ) -> ImportBatch:
        looked = await self.looks(content, name)
        return await look.store(self.db, looked, skip_similar=skip_similar)

    async def undoes(self, number: int) -> ImportBatch:
        return await look.undo(self.db, number, None, NOW)

    async def tallies(self) -> Tallies:
        first, last = date(2000, 1, 1), date(2100, 1, 1)
        return await self.db.read(lambda conn: tallies.of(conn, "DINKES", first, last))

    async def count(self) -> int:
        """How many responses count; they must be those that are stored."""
        assert await self.db.read(rollup.count_differences) == 0
        people = sum(tally.n for tally in (await self.tallies()).values())
        assert people == await self.db.read(responses.count)
        return people


@asynccontextmanager
async def an_office(fresh: Fresh) -> AsyncIterator[Office]:
    with fresh() as url:
        async with Database.open(url) as db:
            await db.write(lambda conn: upps.put(conn, UNITS))
            yield Office(db)


@pytest.fixture
async def office(fresh: Fresh) -> AsyncIterator[Office]:
    async with an_office(fresh) as office:
        yield office


def kinds(looked: Looked) -> list[RemarkKind]:
    return [remark.kind for remark in looked.preview.remarks if remark.kind != RemarkKind.CODES]


async def test_rows_become_responses_and_figures(office: Office) -> None:
    batch = await office.brings(table(HEADER, line(rest="Poli Umum,Pr,Kursi kurang"), line()))
    assert (batch.rows, batch.stored, batch.finished_at) == (2, 2, NOW)
    assert await office.count() == 2
    first, last = date(2026, 11, 1), date(2026, 12, 1)
    [said] = await office.db.read(lambda conn: responses.comments(conn, "DINKES", first, last, 9))
    assert (said.text, said.layanan, said.day) == ("Kursi kurang", "Poli Umum", date(2026, 11, 20))


async def test_looking_stores_nothing(office: Office) -> None:
    looked = await office.looks(table(HEADER, line(), line("PUSAT")))
    assert (looked.preview.good, looked.preview.bad) == (1, 1)
    assert await office.count() == 0


async def test_people_who_answer_alike_are_all_counted(office: Office) -> None:
    await office.brings(table(HEADER, line(), line(), line()), "loket 1.csv")
    looked = await office.looks(table(HEADER, line(), line()), "loket 2.csv")
    assert kinds(looked) == [RemarkKind.SIMILAR]
    assert looked.earlier.similar == {2: 1, 3: 1}
    await look.store(office.db, looked)
    assert await office.count() == 5


async def test_only_as_many_rows_are_similar_as_there_were(office: Office) -> None:
    await office.brings(table(HEADER, line()))
    batch = await office.brings(
        table(HEADER, line(), line(), line(nilai=4)), "b.csv", skip_similar=True
    )
    assert (batch.stored, await office.count()) == (2, 3)


async def test_the_same_table_is_recognised_in_any_format(office: Office) -> None:
    content = table(HEADER, line(), line(nilai=2))
    await office.brings(content)
    assert not (await office.looks(table(HEADER, line()))).is_same_file
    assert (await office.looks(content.replace(b",", b";").replace(b"\n", b"\r\n"))).is_same_file


async def test_a_batch_that_was_taken_back_can_be_brought_again(office: Office) -> None:
    content = table(HEADER, line(), line())
    before = await office.tallies()
    await office.brings(content)
    undone = await office.undoes(1)
    assert (undone.undone_at, await office.count()) == (NOW, 0)
    assert await office.tallies() == before
    assert not (await office.looks(content)).is_same_file
    await office.brings(content)
    assert await office.count() == 2


@pytest.mark.by_year
async def test_taking_one_batch_back_leaves_the_others(office: Office) -> None:
    await office.brings(table(HEADER, line()))
    one = await office.tallies()
    await office.brings(table(HEADER, line(), line(nilai=1), line("DINKES")), "b.csv")
    await office.undoes(2)
    assert await office.tallies() == one
    assert await office.count() == 1


@pytest.mark.by_year
async def test_what_a_closed_period_counts_is_not_taken_back(office: Office) -> None:
    quarter = Period.parse("2026-Q3")
    await office.brings(table(HEADER, line(day="2026-09-30"), line(day="2026-10-01")))
    close = partial(closings.close, period=quarter, today=NOW.date(), now=NOW, by=None)
    await office.db.write(close)
    with pytest.raises(BatchError) as error:
        await office.undoes(1)
    assert (error.value.refusal, error.value.about) == (BatchRefusal.CLOSED, "2026-Q3")
    assert await office.count() == 2
    looked = await office.looks(table(HEADER, line(day="2026-09-01")), "b.csv")
    assert RemarkKind.LATE in kinds(looked)
    await look.store(office.db, looked)
    await office.undoes(2)
    assert (await office.db.read(partial(closings.verify, period=quarter))).differences == ()


async def test_an_unknown_batch_and_one_that_is_undone_are_refused(office: Office) -> None:
    with pytest.raises(BatchError) as error:
        await office.undoes(7)
    assert error.value.refusal is BatchRefusal.UNKNOWN
    await office.brings(table(HEADER, line()))
    await office.undoes(1)
    with pytest.raises(BatchError) as error:
        await office.undoes(1)
    assert error.value.refusal is BatchRefusal.UNDONE


async def test_an_import_that_was_interrupted_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "CHUNK", 10)
    content = table(HEADER, *[line()] * 50)
    done = 0

    def breaks_off(rows: int) -> None:
        nonlocal done
        done += rows
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await look.store(office.db, await office.looks(content), advance=breaks_off)
    assert await office.count() == 30
    looked = await office.looks(content)
    assert (looked.is_same_file, kinds(looked)) == (False, [RemarkKind.INTERRUPTED])
    batch = await look.store(office.db, looked)
    assert (batch.id, batch.stored, await office.count()) == (1, 50, 50)
    await office.undoes(1)
    assert await office.count() == 0


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
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "CHUNK", 10)
    await office.db.write(fill_the_disk)
    with pytest.raises(StoreError, match=r"disk is full.* 20 rows were stored before"):
        await office.brings(table(HEADER, *[line()] * 40))


# --- out and in again ----------------------------------------------------------------------------


async def exported(
    office: Office, path: Path, upp: str | None = None, period: Period | None = None
) -> bytes:
    await export.export_responses(
        office.db, path, SKM9, key=KEY, zone=JAKARTA, upp=upp, period=period
    )
    return path.read_bytes()


async def test_our_own_export_brings_nothing_new_and_elsewhere_everything(
    office: Office, tmp_path: Path, fresh: Fresh
) -> None:
    strange = '"=1+1\n@x; ""kutip"", \'=y"'
    await office.brings(
        table(HEADER, line(), line(), line("DINKES", "2026-01-05 23:30", 1, f"-Poli,,{strange}"))
    )
    out = await exported(office, tmp_path / "keluar.csv")
    looked = await office.looks(out, "keluar.csv")
    assert (len(looked.earlier.known), looked.good_left(skip_similar=False)) == (3, 0)
    async with an_office(fresh) as other:
        assert (await other.brings(out, "keluar.csv")).stored == 3
        assert await other.tallies() == await office.tallies()
        again = await exported(other, tmp_path / "lagi.csv")
    assert [row.split(b",", 1)[1] for row in again.split(b"\r\n")[:-1]] == [
        row.split(b",", 1)[1] for row in out.split(b"\r\n")[:-1]
    ]


async def test_a_row_that_was_added_to_our_export_is_new(office: Office, tmp_path: Path) -> None:
    await office.brings(table(HEADER, line()))
    out = (await exported(office, tmp_path / "keluar.csv")).decode()
    added = out + out.splitlines()[1].partition(",")[2].join([",", "\r\n"])
    assert (await office.brings(added.encode(), "keluar.csv")).stored == 1
    assert await office.count() == 2


async def test_a_unit_with_those_below_it_and_a_period_go_out(
    office: Office, tmp_path: Path
) -> None:
    await office.brings(table(HEADER, line(), line(day="2026-06-30"), line("DINKES")))
    path, quarter = tmp_path / "keluar.csv", Period.parse("2026-Q4")
    assert len((await exported(office, path, upp="DINKES")).splitlines()) == 4
    assert len((await exported(office, path, upp="PAJANG")).splitlines()) == 3
    assert len((await exported(office, path, upp="PAJANG", period=quarter)).splitlines()) == 2


# --- whatever is brought -------------------------------------------------------------------------

ROW = st.builds(
    line,
    st.sampled_from(["PAJANG", "DINKES"]),
    st.sampled_from(["2026-11-20", "2026-11-21"]),
    st.sampled_from([3, 4]),
)
FILES = st.lists(st.lists(ROW, min_size=1, max_size=5), min_size=1, max_size=5)


@pytest.mark.takes_long
@given(files=FILES)
@examples(20, allow=[HealthCheck.too_slow])
async def test_however_a_table_is_split_into_files_nothing_is_lost_or_doubled(
    files: Sequence[Sequence[str]], fresh: Fresh
) -> None:
    """Equal files are different people here, so they are brought again when that is asked."""
    async with an_office(fresh) as office:
        for number, rows in enumerate(files):
            await office.brings(table(HEADER, *rows), f"{number}.csv")
        assert await office.count() == sum(map(len, files))
        whole = await office.tallies()
        for number in range(len(files)):
            await office.undoes(number + 1)
        assert await office.count() == 0
        await office.brings(table(HEADER, *(row for rows in files for row in rows)), "semua.csv")
        assert await office.tallies() == whole


CELLS = st.sampled_from(
    ["PAJANG", "", "2026-11-20", "20/11/2026", "1", "5", "=1", '"', "\0", "Baik"]
)
ANY_ROW = st.lists(CELLS | st.text(max_size=8), min_size=9, max_size=15).map(",".join)
SHEETS = st.lists(ANY_ROW | st.just(line()), max_size=8).map(
    lambda rows: "\n".join([HEADER, *rows])
)


@pytest.mark.takes_long
@given(text=SHEETS | st.text())
@examples(20, allow=[HealthCheck.too_slow])
async def test_any_file_is_stored_row_by_row_or_refused(text: str, fresh: Fresh) -> None:
    async with an_office(fresh) as office:
        try:
            looked = await office.looks(text.encode("utf-8", "replace"))
        except IntakeError:
            return
        assert looked.preview.rows == looked.preview.good + looked.preview.bad
        if looked.can_store:
            batch = await look.store(office.db, looked)
            assert batch.stored == looked.preview.good
        assert await office.count() == (looked.preview.good if looked.can_store else 0)
