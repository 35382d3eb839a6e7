"""A survey over WhatsApp, on sockets: signed webhooks in, counted messages out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.messaging.channel import LoadError
from bot.messaging.message import LARGEST, SentPhoto
from skm.store.officials import spending
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.whatsapp import refusal
from tests.tools.chat import CODE

SITI = "6281234567890"


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        yield line


async def test_a_survey_takes_at_most_thirteen_messages_and_each_is_counted(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    for _ in range(9):
        await phone.taps_at(3)
    assert len(await line.responses()) == 1
    await phone.taps("Perempuan")
    await phone.taps("18–25 tahun")
    await phone.taps("Selesai")
    await line.quiet()
    assert "Survei selesai" in phone.sees
    assert len(phone.got) == 13
    spent = await line.desk.db.read(lambda conn: spending.of(conn, "whatsapp", "2026-11"))
    assert spent.replies == 13


async def test_a_number_or_a_label_can_be_typed(line: Line) -> None:
    phone = await line.phone().types(CODE)
    await phone.types("4")
    await phone.types("sangat mudah")
    assert "Pertanyaan 3 dari 9" in phone.sees


async def test_a_repeated_link_is_not_stored_as_a_comment(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    for said in ("444444444", "lewati semua"):
        for word in said if said.isdecimal() else [said]:
            await phone.types(word)
    await phone.scans(CODE)
    await phone.types("Kursi kurang")
    [response] = await line.responses()
    assert response.saran == "Kursi kurang"


async def test_a_duplicate_changes_nothing_and_costs_nothing(line: Line) -> None:
    phone = await line.phone().types(CODE)
    again = line.stand.says(SITI, id="wamid.same", text={"body": "4"})
    for _ in range(3):
        assert await line.stand.posts(again) == 200
    await line.quiet()
    assert "Pertanyaan 2 dari 9" in phone.sees
    assert len(phone.got) == 2


async def test_concurrent_duplicates_are_processed_once(line: Line) -> None:
    same = line.stand.says(SITI, text={"body": CODE})
    assert set(await asyncio.gather(*(line.stand.posts(same) for _ in range(20)))) == {200}
    await line.quiet()
    assert len(line.phone().got) == 1


async def test_the_messages_of_a_batch_are_processed_in_order(line: Line) -> None:
    says = line.stand.says
    texts = [CODE, "4", "3", "2"]
    assert await line.stand.posts(*(says(SITI, text={"body": text}) for text in texts)) == 200
    await line.quiet()
    assert "Pertanyaan 4 dari 9" in line.phone().sees


@pytest.mark.thorough
@pytest.mark.takes_long
async def test_two_hundred_people_at_once_leave_two_hundred_responses(line: Line) -> None:
    async def answers(number: str) -> None:
        for text in (CODE, *"432143214"):
            await line.stand.posts(line.stand.says(number, text={"body": text}))

    await asyncio.gather(*(answers(f"62812{n:07}") for n in range(200)))
    found = await line.responses()
    assert len(found) == 200
    assert {tuple(one.answers.values()) for one in found} == {(4, 3, 2, 1, 4, 3, 2, 1, 4)}


async def test_an_internal_error_of_meta_is_retried_and_the_reply_arrives_once(line: Line) -> None:
    line.stand.trouble += [refusal(500, 131000), refusal(503, 131016)]
    phone = await line.phone().types(CODE)
    assert "Pertanyaan 1 dari 9" in phone.sees
    assert len(phone.got) == 1


async def test_a_reply_with_an_unknown_outcome_is_not_repeated(line: Line) -> None:
    line.stand.breaks, line.stand.accepted = 1, True
    phone = await line.phone().types(CODE)
    await line.quiet()
    assert len(phone.got) == 1


async def test_a_user_with_a_scoped_id_gets_the_reply_there(line: Line) -> None:
    scoped = "ID.13491208655302741918"
    sent = line.stand.says(SITI, text={"body": CODE}) | {"from_user_id": scoped}
    assert await line.stand.posts(sent) == 200
    await line.quiet()
    assert [message["recipient"] for message in line.stand.to(scoped)] == [scoped]
    assert line.stand.to(SITI) == []


@pytest.mark.parametrize(
    "content",
    [
        {"unsupported": {}},  # what can be viewed once, a poll
        {"poll": {"name": "?"}},
        {"hologram": {}},
        {"sticker": {"id": "1"}},
        {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{"}}},
        {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "[]"}}},
        {"interactive": {"type": "nfm_reply"}},
        {"interactive": {"type": "of_next_year"}},
    ],
    ids=str,
)
async def test_what_cannot_be_read_gets_a_sentence_and_the_open_question(
    line: Line, content: dict[str, Any]
) -> None:
    phone = await line.phone().scans(CODE)
    await phone.sends(**content)
    assert "hanya bisa menerima pilihan tombol dan teks" in phone.sees
    assert "Pertanyaan 1 dari 9" in phone.sees


async def test_a_reaction_gets_no_answer(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    said = line.stand.says(SITI, reaction={"message_id": "1", "emoji": "👍"})
    assert await line.stand.posts(said) == 200
    await line.quiet()
    assert len(phone.got) == 1


async def test_a_photo_is_downloaded_from_the_url_that_meta_names(line: Line) -> None:
    line.stand.files["77"] = b"a picture"
    assert await line.channel.load(SentPhoto("77")) == b"a picture"
    assert line.stand.given == ["77"]


async def test_a_missing_or_too_large_photo_is_not_downloaded(line: Line) -> None:
    line.stand.files["77"] = bytes(LARGEST + 1)
    for key in ("77", "78"):
        with pytest.raises(LoadError):
            await line.channel.load(SentPhoto(key))
    assert line.stand.given == []


async def test_a_citizens_photo_is_never_downloaded(line: Line) -> None:
    phone = await (await line.phone().scans(CODE)).sends_photo(b"a picture")
    assert "Pertanyaan 1 dari 9" in phone.sees
    assert line.stand.given == []
