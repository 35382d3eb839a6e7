"""Paper forms become responses, once, and can be taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.collector import Collector, Mode
from skm.instansi.official import AuditEvent, Invitation, Role
from skm.instansi.period import Period
from skm.intake.batch import BatchError
from skm.paper.form_code import FormCode
from skm.paper.layout import layout_of
from skm.paper.measures import SECTORS, BoxMeasure, FormMeasures
from skm.paper.sheet import OPEN, SERIAL, YES, PaperSheet, options_of
from skm.store.database.database import Database
from skm.store.intake import look
from skm.store.officials import audit_log, officials
from skm.store.paper import batches, sheets
from skm.store.paper.batches import PaperBatch
from skm.store.periods import closings
from skm.store.schema.counts import tally
from skm.store.survey import collectors, responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import TREE, call

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
DAY, ZONE = date(2026, 11, 23), ZoneInfo("Asia/Jakarta")
WAY = Collector("LOKET2", "PAJANG", "Pendaftaran")
EMPTY = BoxMeasure(0.0, 0.08, (0.0,) * SECTORS, 1.0)
CROSS = BoxMeasure(0.25, 0.4, (0.0,) * SECTORS, 0.9)


def form(serial: str = "AAAAAAA", *, nilai: str = "3", without: tuple[str, ...] = ()) -> PaperSheet:
    """A form with the same answer everywhere, and crosses for "female" and "26"."""
    layout = layout_of(SKM9)
    boxes = {(box.item, box.option): EMPTY for box in layout.boxes}
    boxes |= {(item, nilai): CROSS for item in layout.questions if item not in without}
    boxes |= {("gender", "female"): CROSS, ("age", "26"): CROSS}
    code = FormCode("LOKET2", SKM9.version.upper(), serial)
    return PaperSheet(code, FormMeasures(boxes, 0.95, 6), SKM9)


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(call(upps.put, TREE))
    await db.write(call(collectors.add, WAY, NOW))
    return db


async def read(db: Database, *forms: PaperSheet) -> PaperBatch:
    """A batch with these forms, not stored yet."""

    async def run(conn: AsyncConnection) -> PaperBatch:
        number = await batches.begin(conn, None, DAY, NOW)
        for one in forms:
            await sheets.add(conn, number, one, NOW)
        return await batches.get(conn, number)

    return await db.write(run)


async def save(db: Database, batch: PaperBatch) -> int:
    return await db.write(call(sheets.save, batch, SKM9, ZONE, NOW))


async def figures(db: Database) -> list[tuple[object, ...]]:
    """What a report reads: the rows of the rollup that count anything."""

    async def read(conn: AsyncConnection) -> list[tuple[object, ...]]:
        rows = await conn.execute(select(tally).where(tally.c.n > 0))
        return sorted(map(tuple, rows), key=str)

    return await db.read(read)


async def test_a_clear_form_becomes_a_response_of_its_day_and_mode(city: Database) -> None:
    batch = await read(city, form())
    assert await save(city, batch) == 1
    [sheet] = await city.read(call(sheets.of_batch, batch.id, SKM9))
    assert sheet.response
    stored = await city.read(call(responses.by_id, sheet.response))
    assert stored is not None
    assert stored.mode is Mode.PAPER
    assert stored.answers == {item.id: 3 for item in SKM9.items}
    assert stored.profile == {"gender": "female", "age": "26"}
    assert (stored.upp, stored.layanan, stored.collector) == ("PAJANG", "Pendaftaran", "LOKET2")
    assert stored.submitted_at.astimezone(ZONE).date() == DAY


async def test_saving_twice_stores_and_records_once(city: Database) -> None:
    batch = await read(city, form("AAAAAAA"), form("BBBBBBB"))
    assert await save(city, batch) == 2
    assert await save(city, batch) == 0
    assert await city.read(responses.count) == 2
    [entry] = await city.read(call(audit_log.newest, 5))
    assert (entry.event, entry.about) == (AuditEvent.IMPORTED, "paper 1 foto")


async def test_people_who_answer_alike_are_as_many_responses(city: Database) -> None:
    batch = await read(city, *(form(f"{number:07}") for number in range(5)))
    assert await save(city, batch) == 5


async def test_an_unsure_form_waits_until_it_is_answered(city: Database) -> None:
    batch = await read(city, form(), form("BBBBBBB", without=("U4",)))
    assert await save(city, batch) == 1
    _, waiting = await city.read(call(sheets.of_batch, batch.id, SKM9))
    assert waiting.questions == ("U4",)
    answered = await city.write(call(sheets.give, waiting, "U4", "1"))
    assert answered.is_clear
    assert await save(city, batch) == 1
    stored = await city.read(call(responses.by_id, f"paper{waiting.id}"))
    assert stored is not None
    assert stored.answers["U4"] == 1
    assert (await city.read(call(batches.get, batch.id))).stored == 2


async def test_a_form_that_was_read_before_is_asked_for(city: Database) -> None:
    """A photocopy has the serial of its original, a second photo as well: a person knows which."""
    await save(city, await read(city, form()))
    batch = await read(city, form(nilai="1"))
    assert await save(city, batch) == 0
    [again] = await city.read(call(sheets.of_batch, batch.id, SKM9))
    assert again.questions == (SERIAL,)
    await city.write(call(sheets.give, again, SERIAL, YES))
    assert await save(city, batch) == 1


async def test_a_form_that_is_left_out_is_gone(city: Database) -> None:
    batch = await read(city, form())
    [sheet] = await city.read(call(sheets.of_batch, batch.id, SKM9))
    await city.write(call(sheets.leave_out, sheet.id))
    assert await save(city, batch) == 0


async def test_undo_leaves_the_figures_as_they_were(city: Database) -> None:
    await save(city, await read(city, form("AAAAAAA", nilai="4")))
    before = await figures(city)
    assert before
    batch = await read(city, form("BBBBBBB"), form("CCCCCCC"))
    await save(city, batch)
    await look.undo(city, batch.id, None, NOW)
    assert await figures(city) == before
    with pytest.raises(BatchError, match="batch_undone"):
        await look.undo(city, batch.id, None, NOW)
    once_more = await read(city, form("BBBBBBB"))
    assert await save(city, once_more) == 1  # its serial is free again


async def test_a_batch_of_a_closed_period_is_not_taken_back(city: Database) -> None:
    batch = await read(city, form())
    await save(city, batch)
    quarter, end = Period.parse("2026-11"), datetime(2026, 12, 2, tzinfo=UTC)
    await city.write(call(closings.close, quarter, end.date(), end, None))
    with pytest.raises(BatchError, match="batch_closed 2026-11"):
        await look.undo(city, batch.id, None, NOW)
    assert await city.read(responses.count) == 1


async def test_the_open_batch_of_an_official_takes_the_next_form(city: Database) -> None:
    invited = Invitation(Role.OFFICER, "PAJANG", "Sri")
    sri = await city.write(call(officials.add, invited, "p", "telegram", "a", "id", NOW))
    number = await city.write(call(batches.begin, sri.id, DAY, NOW))
    await city.write(call(sheets.add, number, form(), NOW))
    await city.write(call(sheets.add, number, form("BBBBBBB", without=("U4",)), NOW))
    found = await city.read(call(batches.open_of, sri.id))
    assert found is not None
    assert (found.id, found.official, found.day, found.forms) == (number, sri.id, DAY, 2)
    await city.write(call(batches.set_day, number, date(2026, 11, 20)))
    found = await city.read(call(batches.get, number))
    assert found.day == date(2026, 11, 20)
    await save(city, found)
    assert await city.read(call(batches.open_of, sri.id)) is None
    assert [one.id for one in await city.read(call(batches.waiting, sri.id))] == [number]
    assert await city.read(call(batches.waiting, sri.id + 1)) == []
    with pytest.raises(SkmError, match="no batch 99"):
        await city.read(call(batches.get, 99))


def test_what_a_person_says_stands_above_the_reading() -> None:
    sheet = replace(form(), given={"U1": "2", "gender": OPEN})
    assert (sheet.option("U1"), sheet.option("U2"), sheet.option("gender")) == ("2", "3", None)
    assert options_of(SKM9, "U1") == ("1", "2", "3", "4")
    assert options_of(SKM9, "gender") == ("female", "male", OPEN)
