"""Official files in the chat: asked for in words or with the buttons under a report."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace

import openpyxl
import pytest
from docx import Document as Docx
from pypdf import PdfReader

from bot.documents import make
from bot.documents.make import exports
from bot.messaging.message import Attachment, Outbound
from bot.telegram import wire
from bot.whatsapp import screens
from skm.store.figures.flags import FlagRules
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.officials_city import settle

FORMS = ("pdf", "docx", "xlsx")
TITLE = "Laporan Survei Kepuasan Masyarakat"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """An installation that makes files, as `skm serve` does."""
    async with a_desk(database_url) as desk:
        await settle(desk)
        rules = FlagRules(desk.inbox.instrument, desk.instansi.zone)
        yield desk.answering_with(exports=exports(rules))


def sent(chat: Chat) -> Attachment:
    (said,) = [screen for screen in chat.screens if screen.attachment][-1:]
    assert said.attachment
    return said.attachment


def words(file: Attachment) -> str:
    """What stands in it, read by somebody else's library."""
    content = io.BytesIO(file.content)
    if file.name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(content).pages)
    if file.name.endswith(".docx"):
        return "\n".join(paragraph.text for paragraph in Docx(content).paragraphs)
    book = openpyxl.load_workbook(content, data_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell)


@pytest.mark.parametrize("form", FORMS)
async def test_an_officer_asks_for_a_file_in_words(desk: Desk, form: str) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types(f"/report tw4 2026 {form}")
    file = sent(chat)
    assert file.name == f"skm-pajang-2026-q4.{form}"
    assert file.media_type == make.MEDIA[form]
    assert "Puskesmas Pajang" in words(file)
    chat.hears("Puskesmas Pajang, triwulan IV 2026")


@pytest.mark.parametrize("form", FORMS)
async def test_under_a_report_is_a_button_for_each_format(desk: Desk, form: str) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report 2026-Q4")
    labels = [choice.label for choice in chat.screens[-1].choices]
    assert [label for label in labels if label.lower() in FORMS] == ["PDF", "DOCX", "XLSX"]
    assert sent(await chat.taps(form.upper())).name == f"skm-pajang-2026-q4.{form}"


@pytest.mark.parametrize("form", FORMS)
async def test_an_admin_gets_the_whole_city(desk: Desk, form: str) -> None:
    chat = await (await desk.official("admin")).types(f"/report kota 2026-S2 {form}")
    assert sent(chat).name == f"skm-semua-2026-s2.{form}"
    assert (
        "Dinas Kesehatan" in words(sent(chat)) or form == "docx"
    )  # whose tables are no paragraphs


async def test_a_viewer_is_offered_no_file(desk: Desk) -> None:
    chat = await (await desk.official("viewer", "PAJANG")).types("/report 2026-Q4")
    assert not {choice.label.lower() for choice in chat.screens[-1].choices} & set(FORMS)


async def test_the_buttons_fit_every_channel(desk: Desk) -> None:
    """Telegram takes them all; WhatsApp's list has ten rows, of which none is left over."""
    chat = await (await desk.official("admin")).types("/report dinkes 2026-Q4")
    report = replace(chat.screens[-1], attachment=None)
    keyboard = wire.call(report).arguments["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in keyboard for button in row][-3:] == ["PDF", "DOCX", "XLSX"]
    shown, hidden = screens.chosen_rows(report.choices)
    assert hidden == []
    assert [choice.label for choice in shown][-3:] == ["PDF", "DOCX", "XLSX"]


async def test_a_file_goes_out_as_a_document(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report 2026-Q4 pdf")
    file: Outbound = chat.screens[-1]
    assert wire.call(file).method == "sendDocument"
    (message,) = screens.messages(file, str, media="m1")
    assert message["type"] == "document"
    assert message["document"]["filename"] == "skm-pajang-2026-q4.pdf"


async def test_a_file_that_no_messenger_takes_is_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.official.answers.report.HEAVIEST", 1000)
    chat = await (await desk.official("officer", "PAJANG")).types("/report 2026-Q4 pdf")
    assert chat.screens[-1].attachment is None
    chat.hears("terlalu besar untuk dikirim")
