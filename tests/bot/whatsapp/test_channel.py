"""A survey over WhatsApp, on sockets: signed webhooks in, counted messages out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.request import CloudApi
from bot.whatsapp.webhook import PATH
from skm.store import responses, spending, tallies
from tests.chat import CODE, Desk, a_desk
from tests.served import served
from tests.stand.whatsapp import PHONE_ID, SECRET, VERIFY, CloudApiStand

SITI = "6281234567890"


@dataclass
class Line:
    """A desk that is reached over WhatsApp."""

    desk: Desk
    stand: CloudApiStand
    channel: WhatsAppChannel

    async def types(self, text: str, number: str = SITI) -> None:
        assert await self.stand.posts(self.stand.says(number, text={"body": text})) == 200
        await self._quiet()

    async def taps(self, position: int, number: str = SITI) -> None:
        """Choose the row or button at this place of the newest message."""
        interactive = self.stand.to(number)[-1]["interactive"]
        action = interactive["action"]
        if "buttons" in action:
            chosen = action["buttons"][position]["reply"]
            reply: dict[str, Any] = {"type": "button_reply", "button_reply": chosen}
        else:
            rows = [row for section in action["sections"] for row in section["rows"]]
            reply = {"type": "list_reply", "list_reply": rows[position]}
        assert await self.stand.posts(self.stand.says(number, interactive=reply)) == 200
        await self._quiet()

    async def _quiet(self) -> None:
        """Until what was answered has left."""
        await self.channel._outbox.drain(5)

    def heard(self, number: str = SITI) -> str:
        message = self.stand.to(number)[-1]
        text = message.get("text") or message["interactive"]
        return str(text["body"]["text"] if "interactive" in message else text["body"])

    async def responden(self) -> int:
        counted = await self.desk.db.read(
            lambda conn: tallies.of_city(conn, *(self.desk.time.at.date().replace(month=m, day=1)
                                                 for m in (11, 12)))
        )  # fmt: skip
        return sum(tally.n for tally in counted.values())


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_desk(tmp_path) as desk, CloudApiStand() as stand:
        limits = {**desk.inbox.limits, "whatsapp": WhatsAppChannel.limits}
        desk = replace(desk, inbox=replace(desk.inbox, limits=limits))
        ledger = Ledger(desk.db, ZoneInfo("Asia/Jakarta"), desk.time, budget=5000)
        api = CloudApi(stand.url, PHONE_ID, "token", desk.time)
        catalog = desk.inbox.phrase.catalog
        async with WhatsAppChannel(api, ledger, catalog) as channel:
            route = channel.webhook_route(
                desk.inbox.receive,
                phone_id=PHONE_ID,
                secret=SECRET,
                verify_token=VERIFY,
                instrument=desk.inbox.instrument,
                wake=lambda: asyncio.sleep(0),
            )
            async with served(Starlette(routes=[route])) as url:
                stand.webhook = url + PATH
                yield Line(desk, stand, channel)


async def test_a_survey_takes_at_most_thirteen_messages_and_each_is_counted(line: Line) -> None:
    await line.types(f"Halo, saya mau menilai. Kode: {CODE}")
    for _ in range(9):
        await line.taps(3)
    assert await line.responden() == 1
    while "Nomor tanda terima" not in line.heard():
        await line.taps(0)
    await line.types("Kursi kurang")
    sent = line.stand.to(SITI)
    assert len(sent) <= 13 + 1  # the thanks for a comment is one that the citizen asked for
    spent = await line.desk.db.read(lambda conn: spending.of(conn, "whatsapp", "2026-11"))
    assert spent.replies == len(sent)


async def test_a_typed_number_and_a_typed_label_count_as_well(line: Line) -> None:
    await line.types(CODE)
    await line.types("4")
    await line.types("sangat mudah")
    assert "Pertanyaan 3 dari 9" in line.heard()


async def test_a_duplicate_changes_nothing_and_costs_nothing(line: Line) -> None:
    await line.types(CODE)
    again = line.stand.says(SITI, id="wamid.same", text={"body": "4"})
    for _ in range(3):
        assert await line.stand.posts(again) == 200
    await line._quiet()
    assert "Pertanyaan 2 dari 9" in line.heard()
    assert len(line.stand.to(SITI)) == 2


async def test_every_message_of_a_batch_is_taken_in_its_order(line: Line) -> None:
    says = line.stand.says
    texts = [CODE, "4", "3", "2"]
    assert await line.stand.posts(*(says(SITI, text={"body": text}) for text in texts)) == 200
    await line._quiet()
    assert "Pertanyaan 4 dari 9" in line.heard()


async def test_two_hundred_people_at_once_leave_two_hundred_responses(line: Line) -> None:
    async def answers(number: str) -> None:
        for text in (CODE, *"432143214"):
            await line.stand.posts(line.stand.says(number, text={"body": text}))

    await asyncio.gather(*(answers(f"62812{n:07}") for n in range(200)))
    assert await line.responden() == 200
    found = await line.desk.db.read(_everything)
    assert {tuple(answers) for answers in found} == {(4, 3, 2, 1, 4, 3, 2, 1, 4)}


async def _everything(conn: Any) -> list[list[int]]:
    return [list(response.answers.values()) async for response in responses.export(conn)]


async def test_a_forged_signature_is_refused_and_a_replayed_one_is_harmless(line: Line) -> None:
    message = line.stand.says(SITI, id="wamid.once", text={"body": CODE})
    assert await line.stand.posts(message, secret="somebody else's") == 401
    assert line.stand.sent == []
    assert await line.stand.posts(message) == 200
    assert await line.stand.posts(message) == 200
    await line._quiet()
    assert len(line.stand.sent) == 1


async def test_meta_is_told_our_word_only_when_it_says_its_own(line: Line) -> None:
    async with aiohttp.ClientSession() as session:
        for word, status in ((VERIFY, 200), ("another", 403), ("", 403)):
            asked = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": "42"}
            async with session.get(line.stand.webhook, params=asked) as answer:
                assert answer.status == status
                assert (await answer.text() == "42") is (status == 200)


async def test_a_spent_budget_closes_the_way_in(line: Line) -> None:
    assert line.channel.ledger.is_offered()
    line.channel.ledger.budget = 1
    await line.types(CODE)
    assert not line.channel.ledger.is_offered()
    await line.types("4")
    assert "Pertanyaan 2 dari 9" in line.heard()
