"""The report of a unit: what it says of unsur that move with satisfaction, and of ties."""

from collections.abc import AsyncIterator

import pytest

from bot.documents.make import Documents
from skm.instansi.period import Period
from skm.output.documents.plain_text import as_text
from skm.store.survey import upps
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle

Q4 = Period.parse("2026-Q4")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


async def text_of(desk: Desk, code: str) -> str:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, code))
    documents = Documents(desk.parts["rules"])
    made = await documents.document(desk.db, desk.topic(unit, Q4))
    return as_text(made).replace("\N{NO-BREAK SPACE}", " ")


async def test_the_unsur_are_shown_by_how_much_they_move_with_satisfaction(desk: Desk) -> None:
    text = await text_of(desk, "PAJANG")
    chapter = text[text.index("-- Unsur yang sejalan") : text.index("-- Rencana")]
    lines = [line for line in chapter.splitlines() if line]
    assert lines[:2] == [
        "-- Unsur yang sejalan dengan kepuasan",
        "Hati-hati: baru 38 responden. Di bawah 100 responden letak unsur masih mudah berubah.",
    ]
    assert "Letak unsur menurut nilai dan r. Prioritas utama" in lines[2]
    assert lines[4] == "Unsur | Nilai | r | Kisaran 95% | Kuadran"
    assert lines[7] == "U3 Waktu Penyelesaian | 69,74 | 0,96 | 0,93 sampai 0,98 | Prioritas utama"
    assert lines[-1].startswith("Cara menghitung: r adalah korelasi")


async def test_a_unit_with_few_respondents_is_told_what_is_missing(desk: Desk) -> None:
    text = await text_of(desk, "DUKCAPIL")
    assert "Belum dapat dihitung: perlu sedikitnya 30 responden" in text
    assert "Korelasi" not in text


async def test_of_a_small_group_nothing_is_said(desk: Desk) -> None:
    assert "sejalan dengan kepuasan" not in await text_of(desk, "GILING")
