"""A photo of a follow-up over WhatsApp, on sockets, with a simulated Cloud API."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.messaging.channel import load_photo
from skm.follow_up.tindak_lanjut import Done
from skm.instansi.period import Period
from skm.store.periods import follow_ups
from skm.store.survey import upps
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.phone import Phone
from tests.tools.officials_city import settle
from tests.tools.pictured import jpeg

PERIOD = Period.parse("2026-Q3")


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        await settle(line.desk)
        load = partial(load_photo, {line.channel.name: line.channel})
        line.desk = line.desk.answering_with(load=load)
        yield line


@pytest.fixture
async def sri(line: Line) -> Phone:
    """An officer who reports the first of the three follow-ups as done."""
    phone = await line.phone().types("i-" + await line.desk.invitation("officer", "PAJANG", "Sri"))
    for said in ("/tl 2026-Q3 U3 rencana", "Membuka loket ketiga", "31 Desember 2026", "Bu Sri"):
        await phone.types(said)
    await phone.types("/tl 2026-Q3 U3 selesai")
    await line.quiet()
    return phone


async def done(line: Line) -> Done | None:
    unit = await line.desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert unit is not None
    items = await line.desk.db.read(lambda conn: follow_ups.of(conn, unit, PERIOD))
    return next(item.done for item in items if item.unsur == "U3")


async def test_an_officer_sends_a_photo_and_sees_the_stored_one(line: Line, sri: Phone) -> None:
    await sri.sends_photo(jpeg(2400, 1800), "Loket ketiga dibuka")
    await line.quiet()
    found = await done(line)
    assert found is not None
    assert found.note == "Loket ketiga dibuka"
    [media] = line.stand.given
    assert line.stand.files[media] == jpeg(2400, 1800)
    assert sri.asked["header"]["type"] == "image"
    shown = line.stand.files[sri.asked["header"]["image"]["id"]]
    assert b"Merek" not in shown
    assert "Loket ketiga dibuka" in sri.sees


async def test_of_several_photos_the_first_is_kept_and_the_officer_is_told(
    line: Line, sri: Phone
) -> None:
    await sri.sends_photo(jpeg())
    await sri.sends_photo(jpeg(40, 20))
    await line.quiet()
    assert "menyimpan satu foto saja" in sri.sees
    assert len(line.stand.given) == 1
    await sri.types("Loket ketiga dibuka")
    await line.quiet()
    found = await done(line)
    assert found is not None
    assert (found.note, bool(found.photo)) == ("Loket ketiga dibuka", True)


async def test_a_file_that_is_not_an_image_is_refused(line: Line, sri: Phone) -> None:
    await sri.sends_photo(b"%PDF-1.7")
    await line.quiet()
    assert "bukan foto" in sri.sees
    assert await done(line) is None
