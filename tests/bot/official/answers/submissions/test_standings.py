"""Where all units stand with their reports, in the chat, and the deadline of a period."""

from tests.bot.official.answers.submissions.test_answer import desk, handed_in
from tests.tools.chat import Desk

__all__ = ["desk"]


async def test_the_office_sees_who_stands_where(desk: Desk) -> None:
    await handed_in(desk)
    budi = await (await desk.official("admin")).types("/serah kota tw3 2026")
    budi.hears(
        "Kota Contoh, triwulan III 2026",
        "Batas penyerahan: 14 Oktober 2026",
        "Semua unit: 2 dari 2",
        "Puskesmas Pajang: diserahkan, menunggu pemeriksaan",
        "Puskesmas Purwosari: belum dimulai",
    )
    await budi.taps("Belum diserahkan (1)")
    budi.hears("Belum diserahkan: 1 dari 2", "Puskesmas Purwosari")
    assert "Puskesmas Pajang" not in budi.screen.text


async def test_an_official_sees_the_units_below_their_own(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG")
    await chat.types("/serah tw3 2026 daftar")
    chat.hears("Puskesmas Pajang: belum dimulai")
    assert "Purwosari" not in chat.screen.text


async def test_an_admin_sets_another_last_day(desk: Desk) -> None:
    budi = await desk.official("admin")
    await budi.types("/serah kota tw3 2026 tenggat 30 November 2026")
    budi.hears("Batas penyerahan sekarang 30 November 2026.")
    officer = await (await desk.official("officer", "PAJANG")).types("/serah")
    officer.hears("Batas penyerahan: 30 November 2026")


async def test_a_day_that_is_none_or_too_early_is_explained(desk: Desk) -> None:
    budi = await desk.official("admin")
    for typed in ("", " besok pagi", " 30 September 2026"):
        await budi.types(f"/serah kota tw3 2026 tenggat{typed}")
        budi.hears("Tanggal itu belum kami pahami")


async def test_only_admins_of_the_instansi_set_it(desk: Desk) -> None:
    for role, unit in (("officer", "PAJANG"), ("admin", "PAJANG")):
        chat = await desk.official(role, unit)
        await chat.types("/serah pajang tw3 2026 tenggat 30 November 2026")
        chat.hears("peran Anda tidak mencakup")
