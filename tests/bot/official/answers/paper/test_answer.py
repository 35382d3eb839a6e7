"""Paper forms by chat: photos, questions about them, storing and taking back."""

import io
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from bot.documents.paper_forms import PaperForms
from bot.messaging.catalog import Catalog
from skm.instansi.collector import Collector, Mode
from skm.instansi.official import AuditEvent
from skm.instansi.upp import Upp
from skm.paper.layout import WIDTH, layout_of
from skm.store.officials import audit_log
from skm.store.survey import responses
from tests.paper import pens
from tests.paper.camera import Conditions, photo
from tests.paper.pens import DOTS, Page, Pen
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import CODE, Chat, Desk, a_desk
from tests.tools.officials_city import settle

UNIT = Upp("PAJANG", "Puskesmas Pajang")
SERIALS = ["AAAAAAA", "BBBBBBB", "CCCCCCC", "DDDDDDD"]


def printed(code: str) -> list[Page]:
    """Four empty forms of a collector."""
    import pypdfium2

    made = PaperForms(Catalog.load(), SKM9, "id").pdf(Collector(code, "PAJANG"), UNIT, SERIALS)
    half, pages = round(WIDTH * DOTS), list[Page]()
    for page in pypdfium2.PdfDocument(made):
        sheet = np.array(page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L"))
        pages += [sheet[:, :half].copy(), sheet[:, half:].copy()]
    return pages


def filled(page: Page, *skipped: str) -> bytes:
    """A photo of a form with its third boxes crossed, but for the items that are skipped."""
    layout = layout_of(SKM9)
    pen = Pen(page, np.random.default_rng(3), width=0.5, dark=0.85, shake=0.05)
    for item in layout.questions:
        if item not in skipped:
            pens.cross(pen, layout.of(item)[2].rect)
    return photo(page, Conditions(), np.random.default_rng(1))


def written(page: Page) -> Page:
    """The form with a word in its box for words."""
    words = layout_of(SKM9).words
    pen = Pen(page, np.random.default_rng(4), width=0.5, dark=0.85, shake=0.3)
    for at in range(12):
        x, y = words.x + 5 + 3 * at, words.y + 9
        pen.stroke([(x, y), (x + 1, y + 3), (x + 2, y)])
    return page


FORMS = printed(CODE)
CLEAR, SECOND, UNSURE = filled(FORMS[0]), filled(FORMS[1]), filled(FORMS[2], "U4")
WRITTEN = filled(written(FORMS[3]))
STRANGE = filled(printed("TIADA9")[0])


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


@pytest.fixture
async def officer(desk: Desk) -> Chat:
    """An officer of the unit who has opened a batch."""
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/kertas")
    chat.hears("sebagai file", "Foto tidak disimpan", "23 November 2026")
    return chat


async def stored(desk: Desk) -> int:
    return await desk.db.read(responses.count)


async def test_clear_forms_are_stored_and_an_unsure_one_is_asked_with_its_crop(
    desk: Desk, officer: Chat
) -> None:
    before = await stored(desk)
    await officer.sends_a_photo(CLEAR, album="album 1")
    await officer.sends_a_photo(UNSURE, album="album 1")
    officer.hears("2 formulir: 1 jelas, 1 perlu Anda.")
    await officer.taps("Jawab 1 formulir")
    officer.hears("Formulir CCCCCCC, 4. Biaya: tidak ada tanda.")
    assert officer.screen.attachment is not None
    assert officer.screen.attachment.content.startswith(b"\x89PNG")
    await officer.taps("d. Gratis")
    officer.hears("2 formulir: 2 jelas, 0 perlu Anda.")
    await officer.taps("Simpan 2 formulir")
    officer.hears("2 formulir sudah disimpan untuk 23 November 2026.")
    assert await stored(desk) == before + 2
    made = await desk.db.read(lambda conn: responses.by_id(conn, "paper2"))
    assert made is not None
    assert (made.mode, made.answers["U4"], made.answers["U5"]) == (Mode.PAPER, 4, 3)
    [entry] = await desk.db.read(lambda conn: audit_log.newest(conn, 1))
    assert entry.event is AuditEvent.IMPORTED


async def test_an_unsure_form_waits_after_the_others_are_stored(desk: Desk, officer: Chat) -> None:
    before = await stored(desk)
    await officer.sends_a_photo(CLEAR)
    await officer.sends_a_photo(UNSURE)
    await officer.taps("Simpan 1 formulir")
    officer.hears("1 formulir menunggu jawaban Anda.")
    assert await stored(desk) == before + 1
    desk.time.passes(days=3)
    await officer.types("/kertas tanya")
    officer.hears("Formulir CCCCCCC, 4. Biaya")
    assert officer.screen.attachment is None  # the crop is gone, the paper is not
    await officer.taps("a. Sangat mahal")
    assert await stored(desk) == before + 2


async def test_what_was_stored_is_taken_back(desk: Desk, officer: Chat) -> None:
    before = await stored(desk)
    await officer.sends_a_photo(CLEAR)
    await officer.taps("Simpan 1 formulir")
    await officer.taps("Tarik kembali")
    officer.hears("1 jawaban sudah ditarik kembali.")
    assert await stored(desk) == before


async def test_a_photo_of_a_form_that_was_read_before_is_asked_about(
    desk: Desk, officer: Chat
) -> None:
    await officer.sends_a_photo(CLEAR)
    await officer.sends_a_photo(CLEAR)
    officer.hears("2 formulir: 1 jelas, 1 perlu Anda.")
    await officer.taps("Jawab 1 formulir")
    officer.hears("Formulir AAAAAAA sudah pernah dibaca.")
    await officer.taps("Lewati formulir ini")
    officer.hears("1 formulir: 1 jelas, 0 perlu Anda.")


async def test_a_redelivered_photo_is_taken_once(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_photo(CLEAR)
    await officer.is_redelivered()
    await officer.types("/kertas")
    officer.hears("1 formulir: 1 jelas, 0 perlu Anda.")


async def test_what_cannot_be_read_is_said_with_what_to_do(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_photo(b"no photo")
    officer.hears("Berkas ini bukan foto")
    await officer.sends_a_photo(STRANGE)
    officer.hears("bukan milik unit Anda")
    await officer.sends_a_photo(CLEAR, size=11 << 20)
    officer.hears("paling besar 10 MB")
    await officer.types("/kertas hari 2027-01-01")
    officer.hears("tidak di masa depan")


def scanned(*photos: bytes) -> bytes:
    """A PDF with a page for each photo; an empty one for no photo."""
    pages = [
        Image.open(io.BytesIO(one)).convert("L") if one else Image.new("L", (960, 1280), 250)
        for one in photos
    ]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


async def test_of_a_scan_the_pages_that_were_not_taken_are_named(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_photo(scanned(CLEAR, b"", UNSURE, b"", STRANGE))
    officer.hears(
        "Halaman 2, 4. Gambar ini kosong, jadi dilewati.",
        "Halaman 5. Formulir ini bukan milik unit Anda.",
        "2 formulir: 1 jelas, 1 perlu Anda.",
    )


async def test_why_a_file_is_not_opened_is_said(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_photo(b"%PDF-1.4 broken")
    officer.hears("PDF ini tidak bisa dibuka")
    huge = io.BytesIO()
    Image.new("1", (9000, 8000)).save(huge, "PNG")
    await officer.sends_a_photo(huge.getvalue())
    officer.hears("terlalu besar, paling besar 60 juta piksel")


async def test_another_day_can_be_given_and_a_batch_be_dropped(desk: Desk, officer: Chat) -> None:
    before = await stored(desk)
    await officer.sends_a_photo(CLEAR)
    await officer.types("/kertas hari 2026-11-20")
    officer.hears("20 November 2026")
    await officer.taps("Batal")
    officer.hears("tidak ada yang disimpan")
    assert await stored(desk) == before


async def test_photos_of_others_are_not_taken_for_forms(desk: Desk, officer: Chat) -> None:
    other = await desk.official("officer", "DUKCAPIL", "Budi")
    await other.sends_a_photo(CLEAR)
    assert "formulir" not in other.screen.text
    await other.types("/kertas")
    await other.sends_a_photo(CLEAR)
    other.hears("bukan milik unit Anda")
    viewer = await desk.official("viewer", "PAJANG", "Tri")
    await viewer.types("/kertas")
    viewer.hears("peran Anda tidak mencakup")


async def test_forms_of_another_official_cannot_be_answered_or_taken_back(
    desk: Desk, officer: Chat
) -> None:
    before = await stored(desk)
    await officer.sends_a_photo(UNSURE)
    other = await desk.official("officer", "PAJANG", "Budi")
    await other.forges("/kertas jawab 1 U4 4")
    await other.forges("/kertas lewat 1")
    await officer.taps("Jawab 1 formulir")
    officer.hears("Formulir CCCCCCC, 4. Biaya")
    await officer.taps("d. Gratis")
    await officer.taps("Simpan 1 formulir")
    await other.forges("/kertas urung 1")
    assert await stored(desk) == before + 1


async def test_what_is_written_on_a_form_is_typed_from_its_crop_or_left_out(
    desk: Desk, officer: Chat
) -> None:
    await officer.sends_a_photo(WRITTEN)
    officer.hears("1 formulir: 1 jelas, 0 perlu Anda.")
    await officer.taps("Ketik saran (1)")
    officer.hears("kotak saran formulir DDDDDDD", "/kertas saran 1")
    assert officer.screen.attachment is not None
    await officer.types(f"/kertas saran 1 {'x' * 2001}")
    officer.hears("terlalu panjang")
    await officer.types("/kertas saran 1 Kursi tunggunya ditambah, ya")
    assert "Ketik saran (1)" not in officer.labels
    await officer.taps("Simpan 1 formulir")
    made = await desk.db.read(lambda conn: responses.by_id(conn, "paper1"))
    assert made is not None
    assert made.saran == "Kursi tunggunya ditambah, ya"


async def test_a_form_is_stored_without_what_is_written_on_it(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_photo(WRITTEN)
    await officer.taps("Ketik saran (1)", "Lewati", "Simpan 1 formulir")
    made = await desk.db.read(lambda conn: responses.by_id(conn, "paper1"))
    assert made is not None
    assert made.saran is None


async def test_forms_to_print_come_as_a_pdf(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/kertas cetak 3")
    chat.hears("Pilih kode QR")  # the unit has several
    await chat.types(f"/kertas cetak 3 {CODE.lower()}")
    chat.hears(f"3 formulir untuk Puskesmas Pajang, kode {CODE}.")
    assert chat.screen.attachment is not None
    assert len(PdfReader(io.BytesIO(chat.screen.attachment.content)).pages) == 2
    other = await desk.official("officer", "DUKCAPIL", "Budi")
    await other.types(f"/kertas cetak {CODE}")
    assert other.screen.attachment is None


async def test_without_the_packages_for_photos_the_official_is_answered(
    desk: Desk, officer: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skm.vision.read", None)  # as where cv2 is not installed
    await officer.sends_a_photo(CLEAR)
    officer.hears("belum dapat dibaca di sini")
