"""An official uploads a file on a page, sees what would be stored, decides, and takes it back."""

import io
from pathlib import Path

import httpx
import openpyxl
import pytest

from bot.messaging.message import LARGEST
from skm.instansi.official import AuditEvent
from skm.store.intake import batches
from skm.store.officials import audit_log
from skm.store.survey import responses
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Desk
from tests.tools.intake import CODES, answers, table

CASES = Path(__file__).parents[4] / "intake_cases"
HEADER = f"upp,tanggal,{CODES}"
UPLOAD, PREVIEW = "/kerja/impor", "/kerja/impor/pratinjau"


def line(upp: str = "PAJANG", nilai: int = 3) -> str:
    return f"{upp},2026-11-20,{answers(nilai)}"


async def people(desk: Desk) -> int:
    return await desk.db.read(responses.count)


async def audited(desk: Desk) -> list[tuple[AuditEvent, str]]:
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 50))
    kinds = (AuditEvent.IMPORTED, AuditEvent.UNDONE, AuditEvent.REFUSED)
    return [(one.event, one.about) for one in reversed(entries) if one.event in kinds]


async def posts(
    browser: Citizen, path: str, headers: dict[str, str] | None = None, /, **sent: str
) -> httpx.Response:
    """The answer to a form with the key of the page that is shown."""
    key = browser.page.all("input", name="form_key")[0].attrs["value"]
    return await browser.client.post(path, data={"form_key": key, **sent}, headers=headers)


async def upload(browser: Citizen, content: bytes, name: str = "rekap.csv") -> Citizen:
    """Choose a file on the page and send it."""
    await browser.opens(UPLOAD)
    key = browser.page.all("input", name="form_key")[0].attrs["value"]
    file = {"file": (name, content)}
    browser.response = await browser.client.post(UPLOAD, data={"form_key": key}, files=file)
    return browser


@pytest.fixture
async def officer(desk: Desk, citizen: Citizen) -> Citizen:
    return await signed_in(desk, citizen, "officer", "PAJANG")


async def test_a_file_is_previewed_stored_and_taken_back_after_asking_once(
    desk: Desk, officer: Citizen
) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line(), line(nilai=4)))
    officer.sees("Pratinjau rekap.csv", "2 baris: 2 dapat disimpan, 0 belum.", "87,50")
    officer.sees("Puskesmas Pajang (PAJANG): 2", "20 November 2026: 2", "U1 Persyaratan")
    assert await people(desk) == before
    await officer.presses("Simpan")
    officer.sees("Kiriman 1 (rekap.csv): 2 jawaban tersimpan, 0 baris tidak.", "2 baris")
    assert await people(desk) == before + 2
    await officer.presses("Ambil kembali")
    officer.sees("Ambil kembali kiriman 1 (rekap.csv)? 2 jawabannya tidak dihitung lagi.")
    assert await people(desk) == before + 2
    yes = officer.page.button("Ya, ambil kembali")
    await officer.submits(yes)
    officer.sees("Sudah diambil kembali.")
    assert await people(desk) == before
    await officer.submits(yes)
    assert officer.status == 409
    officer.sees("Kiriman 1 sudah diambil kembali.")
    assert await audited(desk) == [
        (AuditEvent.IMPORTED, "responses 1 rekap.csv"),
        (AuditEvent.UNDONE, "responses 1 rekap.csv"),
    ]


async def test_a_file_can_be_put_aside(desk: Desk, officer: Citizen) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line()))
    save = officer.page.button("Simpan")
    await officer.presses("Batal")
    assert officer.path == UPLOAD
    await officer.submits(save)
    officer.sees("Tidak ada berkas yang menunggu.")
    assert await people(desk) == before


async def test_a_second_press_of_the_same_button_stores_nothing_twice(
    desk: Desk, officer: Citizen
) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line()))
    save = officer.page.button("Simpan")
    await officer.submits(save)
    await officer.submits(save)
    assert officer.status == 422
    assert await people(desk) == before + 1


async def test_order_and_date_are_asked_and_the_unit_is_the_officers_own(
    desk: Desk, officer: Citizen
) -> None:
    before = await people(desk)
    await upload(officer, (CASES / "14-title-rows.csv").read_bytes(), "formulir.csv")
    officer.sees("9 pertanyaan hanya diberi nomor", "Tidak ada kolom tanggal")
    assert "Tidak ada kolom unit" not in officer.page.text
    assert "Simpan" not in officer.page.buttons
    await officer.presses("Terapkan", order="form", day="2026-11-20")
    officer.sees("2 baris: 2 dapat disimpan", "88,89")
    await officer.presses("Simpan")
    assert await people(desk) == before + 2


async def test_an_admin_names_the_unit_of_a_whole_file(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen)
    await upload(citizen, table(f"tanggal,{CODES}", f"2026-11-20,{answers()}"))
    citizen.sees("Tidak ada kolom unit.")
    await citizen.presses("Terapkan", unit="bukan unit")
    assert citizen.status == 422
    citizen.sees("“bukan unit” tidak dimengerti.")
    await citizen.presses("Terapkan", unit="puskesmas purwosari")
    citizen.sees("Puskesmas Purwosari (PURWO): 1")


async def test_another_scale_is_recoded_by_a_rule_that_is_whole(officer: Citizen) -> None:
    await upload(officer, table(HEADER, line(nilai=5), line(nilai=4)))
    officer.sees("SKM memakai skala 1 sampai 4")
    await officer.presses("Terapkan", **{"recode:5": "4"})
    officer.sees("tidak dimengerti")
    rule = {f"recode:{said}": str(nilai) for said, nilai in enumerate((1, 1, 2, 3, 4), 1)}
    await officer.presses("Terapkan", **rule)
    officer.sees("87,50")


async def test_a_column_is_named_and_the_choice_is_remembered(desk: Desk, officer: Citizen) -> None:
    before = await people(desk)
    other = HEADER.replace("u3", "lama menunggu di depan")
    await upload(officer, table(other, line()))
    officer.sees("Tidak ada kolom untuk U3")
    await officer.presses("Terapkan", **{"column:lama menunggu di depan": "U3"})
    await officer.presses("Simpan")
    assert await people(desk) == before + 1
    await upload(officer, table(other, line(nilai=2)), "lagi.csv")
    officer.sees("seperti pada kiriman 1", "1 baris: 1 dapat disimpan")


async def test_texts_that_are_not_known_get_a_meaning(desk: Desk, officer: Citizen) -> None:
    sent = table(HEADER, line("Puskesmas Pajangg"), line().replace("3,3,3", "3,oke sekali,3", 1))
    await upload(officer, sent)
    officer.sees("“Puskesmas Pajangg” bukan kode atau nama unit", "Mungkin maksudnya")
    officer.sees("berisi “oke sekali”")
    await officer.presses(
        "Terapkan", **{"upp:Puskesmas Pajangg": "PAJANG", "answer:oke sekali": "4"}
    )
    officer.sees("2 baris: 2 dapat disimpan")


async def test_the_sheet_is_chosen_where_several_hold_answers(officer: Citizen) -> None:
    book = openpyxl.Workbook()
    for name, nilai in (("Januari", 3), ("Februari", 4)):
        sheet = book.create_sheet(name)
        sheet.append(HEADER.split(","))
        sheet.append(line(nilai=nilai).split(","))
    file = io.BytesIO()
    book.save(file)
    await upload(officer, file.getvalue(), "rekap.xlsx")
    officer.sees("Ada beberapa lembar yang memuat jawaban: Januari, Februari.")
    await officer.presses("Terapkan", sheet="Februari")
    officer.sees("1 baris: 1 dapat disimpan", "100,00")


async def test_rows_like_earlier_ones_are_kept_or_left_out_as_the_officer_says(
    desk: Desk, officer: Citizen
) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line(), line()))
    await officer.presses("Simpan")
    await upload(officer, table(HEADER, line(), line(nilai=4)), "dua.csv")
    officer.sees("1 baris sama isinya dengan baris kiriman 1")
    await officer.presses("Simpan tanpa kembar")
    officer.sees("Kiriman 2 (dua.csv): 1 jawaban tersimpan, 1 baris tidak.")
    assert await people(desk) == before + 3


async def test_the_same_file_is_stored_again_only_knowingly(officer: Citizen) -> None:
    await upload(officer, table(HEADER, line()))
    await officer.presses("Simpan")
    await upload(officer, table(HEADER, line()), "lagi.csv")
    officer.sees("sudah ada sebagai kiriman 1")
    assert "Tetap simpan" in officer.page.buttons
    assert "Simpan" not in officer.page.buttons


async def test_rows_of_another_unit_are_not_an_officers_to_bring_in(
    desk: Desk, officer: Citizen
) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line(), line("DUKCAPIL")))
    officer.sees("unit DUKCAPIL bukan unit Anda", "2 baris: 1 dapat disimpan, 1 belum.")
    await officer.presses("Simpan yang terbaca")
    assert await people(desk) == before + 1


async def test_a_batch_is_listed_and_taken_back_in_the_subtree_it_came_from(
    desk: Desk, officer: Citizen, base: str
) -> None:
    await upload(officer, table(HEADER, line()))
    await officer.presses("Simpan")
    for unit, status in (("DINKES", 200), ("POSYANDU", 403), ("DUKCAPIL", 403)):
        chat = await (await desk.official("officer", unit)).types("/kerja")
        path = "/kerja/masuk/" + chat.screen.text.split("/kerja/masuk/")[1].split()[0]
        async with Citizen(base) as other:
            await (await other.opens(path)).presses("Masuk")
            await other.opens(UPLOAD)
            assert ("rekap.csv" in other.page.text) == (status == 200)
            assert (await posts(other, f"{UPLOAD}/1/kembali")).status_code == status
    batch = await desk.db.read(lambda conn: batches.get(conn, 1))
    assert batch.undone_at is None
    refused = (AuditEvent.REFUSED, f"POST {UPLOAD}/1/kembali")
    assert (await audited(desk)).count(refused) == 2


async def test_a_viewer_brings_nothing_in(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen, "viewer", "PAJANG")
    assert "Impor jawaban" not in citizen.page.text
    for path in (UPLOAD, PREVIEW, f"{UPLOAD}/1/kembali"):
        assert (await posts(citizen, path, act="save")).status_code == 403
    for path in (UPLOAD, PREVIEW):
        assert (await citizen.client.get(path)).status_code == 403


async def test_a_form_of_another_page_or_site_changes_nothing(desk: Desk, officer: Citizen) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line()))
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for path in (UPLOAD, PREVIEW, f"{UPLOAD}/1/kembali"):
        assert (await posts(officer, path, act="save", form_key="x")).status_code == 403
        assert (await posts(officer, path, foreign, act="save")).status_code == 403
    assert await people(desk) == before


async def test_a_file_that_cannot_be_used_is_named(officer: Citizen) -> None:
    for content, status, said in (
        (b"%PDF-1.7", 200, "Berkas ini PDF, bukan tabel"),
        (b"", 422, "Pilih berkasnya dahulu."),
        (b"a" * (LARGEST + 1), 422, "Berkas paling besar 10 MB."),
        (b"a" * (LARGEST + (1 << 20)), 413, "terlalu besar"),
    ):
        await upload(officer, content)
        assert officer.status == status
        officer.sees(said)
        assert "Simpan" not in officer.page.buttons


async def test_a_decision_lapses_after_an_hour(desk: Desk, officer: Citizen) -> None:
    before = await people(desk)
    await upload(officer, table(HEADER, line()))
    await officer.opens("/kerja")
    officer.sees("Berkas menunggu keputusan Anda: rekap.csv")
    await officer.opens(PREVIEW)
    desk.time.passes(hours=1)
    await officer.presses("Simpan")
    officer.sees("Tidak ada berkas yang menunggu.")
    assert await people(desk) == before


async def test_a_batch_that_does_not_exist_is_not_found(officer: Citizen) -> None:
    for number in ("99", "x", "9" * 30):
        assert (await posts(officer, f"{UPLOAD}/{number}/kembali")).status_code == 404
