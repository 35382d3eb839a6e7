"""A survey over WhatsApp, on sockets: signed webhooks in, counted messages out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channel import LoadError
from bot.message import LARGEST, Photo
from skm.store import spending
from tests.bot.whatsapp.line import Line, a_line
from tests.chat import CODE
from tests.stand.whatsapp import refusal

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


async def test_a_typed_number_and_a_typed_label_count_as_well(line: Line) -> None:
    phone = await line.phone().types(CODE)
    await phone.types("4")
    await phone.types("sangat mudah")
    assert "Pertanyaan 3 dari 9" in phone.sees


async def test_a_link_sent_again_elsewhere_is_never_taken_for_a_comment(line: Line) -> None:
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


async def test_duplicates_that_arrive_at_the_same_moment_are_one(line: Line) -> None:
    same = line.stand.says(SITI, text={"body": CODE})
    assert set(await asyncio.gather(*(line.stand.posts(same) for _ in range(20)))) == {200}
    await line.quiet()
    assert len(line.phone().got) == 1


async def test_every_message_of_a_batch_is_taken_in_its_order(line: Line) -> None:
    says = line.stand.says
    texts = [CODE, "4", "3", "2"]
    assert await line.stand.posts(*(says(SITI, text={"body": text}) for text in texts)) == 200
    await line.quiet()
    assert "Pertanyaan 4 dari 9" in line.phone().sees


@pytest.mark.takes_long
async def test_two_hundred_people_at_once_leave_two_hundred_responses(line: Line) -> None:
    async def answers(number: str) -> None:
        for text in (CODE, *"432143214"):
            await line.stand.posts(line.stand.says(number, text={"body": text}))

    await asyncio.gather(*(answers(f"62812{n:07}") for n in range(200)))
    found = await line.responses()
    assert len(found) == 200
    assert {tuple(one.answers.values()) for one in found} == {(4, 3, 2, 1, 4, 3, 2, 1, 4)}


async def test_a_failure_of_meta_is_tried_again_and_the_screen_arrives_once(line: Line) -> None:
    line.stand.trouble += [refusal(500, 131000), refusal(503, 131016)]
    phone = await line.phone().types(CODE)
    assert "Pertanyaan 1 dari 9" in phone.sees
    assert len(phone.got) == 1


async def test_a_screen_that_may_have_arrived_is_not_said_twice(line: Line) -> None:
    line.stand.breaks, line.stand.accepted = 1, True
    phone = await line.phone().types(CODE)
    await line.quiet()
    assert len(phone.got) == 1


async def test_people_known_by_their_scoped_id_are_answered_there(line: Line) -> None:
    scoped = "ID.13491208655302741918"
    sent = line.stand.says(SITI, text={"body": CODE}) | {"from_user_id": scoped}
    assert await line.stand.posts(sent) == 200
    await line.quiet()
    assert [message["recipient"] for message in line.stand.to(scoped)] == [scoped]
    assert line.stand.to(SITI) == []


async def test_a_photo_is_loaded_from_where_meta_keeps_it(line: Line) -> None:
    line.stand.files["77"] = b"a picture"
    assert await line.channel.load(Photo("77")) == b"a picture"
    assert line.stand.given == ["77"]


async def test_a_photo_that_is_gone_or_too_large_is_not_loaded(line: Line) -> None:
    line.stand.files["77"] = bytes(LARGEST + 1)
    for key in ("77", "78"):
        with pytest.raises(LoadError):
            await line.channel.load(Photo(key))
    assert line.stand.given == []


async def test_nobody_loads_a_photo_that_a_citizen_sends(line: Line) -> None:
    phone = await (await line.phone().scans(CODE)).sends_photo(b"a picture")
    assert "Pertanyaan 1 dari 9" in phone.sees
    assert line.stand.given == []
