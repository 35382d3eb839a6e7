"""A photo as evidence over WhatsApp, on sockets: the stand instead of Meta."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.officials import Officials
from skm.period import Period
from skm.store import follow_ups, upps
from skm.tindak_lanjut import Done
from tests.bot.city import settle
from tests.bot.whatsapp.line import Line, a_line
from tests.pictured import jpeg
from tests.stand.phone import Phone

PERIOD = Period.parse("2026-Q3")


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        await settle(line.desk)
        inbox = line.desk.inbox
        office = replace(inbox.officials.desk, loads={"whatsapp": line.channel.load})
        line.desk = replace(line.desk, inbox=replace(inbox, officials=Officials(office)))
        yield line


@pytest.fixture
async def sri(line: Line) -> Phone:
    """She says that the first of the three is done."""
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


async def test_an_officer_sends_a_photo_and_sees_what_is_kept(line: Line, sri: Phone) -> None:
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


async def test_of_several_that_are_sent_at_once_the_first_is_kept_and_that_is_said(
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


async def test_a_file_that_is_no_photo_is_said(line: Line, sri: Phone) -> None:
    await sri.sends_photo(b"%PDF-1.7")
    await line.quiet()
    assert "bukan foto" in sri.sees
    assert await done(line) is None
