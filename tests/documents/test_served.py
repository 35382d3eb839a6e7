"""Whom a unit served stands beside who answered, in the chat and in its report."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from skm.errors import SkmError
from skm.instansi.period import Period
from skm.instansi.users import Users
from skm.store.survey import users
from skm.store.upkeep.csv_files import import_users
from tests.documents.test_closed import QUARTER, answered, close, said
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.store_city import call

SERVED = Users("PAJANG", QUARTER, 800, {"gender": {"female": 200, "male": 600}})


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        await answered(desk, "PAJANG", date(2026, 9, 1), 60)
        yield desk


async def test_the_report_and_the_document_say_how_many_of_the_served_answered(
    desk: Desk,
) -> None:
    officer = await desk.official("officer", "PAJANG")
    assert "Tingkat respons" not in (await officer.types("/report tw3 2026")).screen.text
    await desk.db.write(call(users.put, [SERVED]))
    await officer.types("/report tw3 2026")
    officer.hears("Tingkat respons 11,3%: dari 800 orang yang dilayani.")
    document = await said(desk, "PAJANG", QUARTER)
    assert "Tingkat respons 11,3%: dari 800 orang yang dilayani." in document
    assert "IKM bila ditimbang menurut pengguna (Jenis kelamin)" in document
    assert "Jenis kelamin | Responden | Persen | Pengguna (persen)" in document
    assert "Laki-laki | 20 | 22,22 | 75,00\nTidak menjawab | 50 | 55,56 | –" in document
    assert "Responden memilih sendiri untuk menjawab." in document


async def test_more_answers_than_people_served_are_pointed_out(desk: Desk) -> None:
    await desk.db.write(call(users.put, [replace(SERVED, total=59)]))
    officer = await (await desk.official("officer", "PAJANG")).types("/ringkas tw3 2026")
    officer.hears("Jawaban lebih banyak daripada orang yang dilayani (59)")


async def test_the_number_is_not_changed_once_the_period_is_closed(
    desk: Desk, tmp_path: Path
) -> None:
    await close(desk, QUARTER)
    (tmp_path / "u.csv").write_text("code,period,count\nPAJANG,2026-Q3,800\n", encoding="utf-8")
    with pytest.raises(SkmError, match="2026-Q3 is closed"):
        await import_users(desk.db, tmp_path / "u.csv", {})
    assert (await desk.db.read(call(users.of, "PAJANG", Period.parse("2026-Q3")))).total is None
