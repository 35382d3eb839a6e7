"""Arrival is not the act: the sender's time decides what a message answers, not when it comes."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.bot.whatsapp.line import Line, a_line
from tests.stand.phone import Phone
from tests.stand.whatsapp import Json
from tests.tools.chat import CODE

EARLIER = "dikirim sebelum pertanyaan ini tampil"


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        yield line


def said(line: Line, phone: Phone, text: str, **ago: float) -> Json:
    """A text that was sent so long before now."""
    sent = line.desk.time() - timedelta(**ago)
    return {**phone.says(text={"body": text}), "timestamp": str(int(sent.timestamp()))}


def tapped(line: Line, phone: Phone, data: str, **ago: float) -> Json:
    row = {"type": "list_reply", "list_reply": {"id": data, "title": "?"}}
    return {**said(line, phone, "", **ago), "type": "interactive", "interactive": row}


async def come(line: Line, *messages: Json) -> None:
    """They come in one webhook, and are answered."""
    assert await line.stand.posts(*messages) == 200
    await line.quiet()


async def test_a_number_that_was_typed_six_days_ago_is_no_answer(line: Line) -> None:
    phone = line.phone()
    await come(line, said(line, phone, CODE))
    await come(line, said(line, phone, "1", days=6))
    assert EARLIER in phone.sees
    assert "Pertanyaan 1 dari 9" in phone.sees
    await come(line, *(said(line, phone, "4") for _ in range(9)))
    [response] = await line.responses()
    assert set(response.answers.values()) == {4}


async def test_a_batch_that_comes_newest_first_loses_no_answer(line: Line) -> None:
    phone = line.phone()
    texts = [CODE, *"432143214"]
    batch = [said(line, phone, text, seconds=60 - n) for n, text in enumerate(texts)]
    await come(line, *reversed(batch))
    [response] = await line.responses()
    assert list(response.answers.values()) == [4, 3, 2, 1, 4, 3, 2, 1, 4]


async def test_answers_that_waited_while_the_server_was_down_count(line: Line) -> None:
    phone = line.phone()
    await come(line, said(line, phone, CODE, hours=5))
    await come(line, said(line, phone, "4", hours=4), said(line, phone, "3", hours=3))
    assert "Pertanyaan 3 dari 9" in phone.sees


async def test_a_text_that_was_overtaken_by_a_later_answer_is_no_answer_to_the_next_question(
    line: Line,
) -> None:
    phone = line.phone()
    await come(line, said(line, phone, CODE, minutes=9))
    await come(line, said(line, phone, "3", minutes=2))
    await come(line, said(line, phone, "1", minutes=5))
    assert EARLIER in phone.sees
    assert "Pertanyaan 2 dari 9" in phone.sees
    await come(line, said(line, phone, "2"))
    assert "Pertanyaan 3 dari 9" in phone.sees


async def test_an_old_text_is_no_comment(line: Line) -> None:
    phone = line.phone()
    await come(line, said(line, phone, CODE), *(said(line, phone, "4") for _ in range(9)))
    await come(line, said(line, phone, "lewati semua"))
    await come(line, said(line, phone, "Besok jadi rapat?", days=1))
    assert EARLIER in phone.sees
    [response] = await line.responses()
    assert response.saran is None
    await come(line, said(line, phone, "Kursi kurang"))
    [response] = await line.responses()
    assert response.saran == "Kursi kurang"


async def test_a_button_that_comes_late_answers_its_own_item_and_changes_no_later_answer(
    line: Line,
) -> None:
    phone = line.phone()
    await come(line, said(line, phone, CODE, minutes=9))
    worst, best = phone.ids[0], phone.ids[3]
    await come(line, tapped(line, phone, best, minutes=2))
    await come(line, tapped(line, phone, worst, minutes=5))  # tapped before, comes after
    await come(line, tapped(line, phone, best.replace("U1:4", "U3:1"), minutes=6))
    assert "Pertanyaan 2 dari 9" in phone.sees
    await come(line, *(said(line, phone, "3") for _ in range(7)))
    [response] = await line.responses()
    assert [response.answers[unsur] for unsur in ("U1", "U2", "U3")] == [4, 3, 1]
