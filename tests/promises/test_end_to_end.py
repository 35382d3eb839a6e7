"""From a tap in Telegram to a stored answer: a server process, a Telegram stand, real sockets."""

import asyncio
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.stand.telegram import BotApi
from tests.tools.chat import CODE
from tests.tools.serving import Server, telegram_server
from tests.tools.visitors import (
    ITEMS,
    Visitor,
    assert_stored_as_planned,
    plans_of,
    restarted_during,
    stored,
    visitors_of,
)

SARAN = ["", "Ramah", "Antre <b>lama</b> & panas 👍🏽", "الخدمة جيدة"]

pytestmark = pytest.mark.takes_long

by_polling_and_webhook = pytest.mark.parametrize(
    "webhook", [False, True], ids=["polling", "webhook"]
)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("webhook", "people"), [(False, 200), (True, 60)], ids=["polling", "webhook"]
)
async def test_answers_of_many_users_at_once_are_stored_as_tapped(
    tmp_path: Path, database_url: str, webhook: bool, people: int
) -> None:
    rng = random.Random(200)
    async with telegram_server(tmp_path, database_url, webhook=webhook) as server:
        visitors = visitors_of(server, people, rng)
        for visitor in visitors:
            visitor.saran = rng.choice(SARAN)
        comments = {visitor.respondent: visitor.saran for visitor in visitors if visitor.saran}
        await asyncio.gather(*(visitor.visits() for visitor in visitors))
        await server.stop()
        found, tally = await stored(server.database_url)
    assert_stored_as_planned(plans_of(visitors), found, tally)
    for respondent, saran in comments.items():
        assert found[respondent].saran == saran
    for visitor in visitors:
        citizen = visitor.citizen
        assert visitor.asked == ITEMS
        assert citizen.taps_made == 12
        commented = visitor.respondent in comments
        assert citizen.calls() <= min(30, 2 * citizen.taps_made + 1 + commented)
    assert "Traceback" not in server.log
    assert not any(saran and saran in server.log for saran in SARAN)
    assert server.api.token not in server.log


@pytest.mark.thorough
@by_polling_and_webhook
async def test_kill_9_during_surveys_loses_and_doubles_no_answer(
    tmp_path: Path, database_url: str, webhook: bool
) -> None:
    rng = random.Random(9)
    async with telegram_server(tmp_path, database_url, webhook=webhook) as server:
        server.api.latency = 0.01
        visitors = visitors_of(server, 40, rng, patience=5)
        for visitor in visitors:
            visitor.insists = True
        surveys = asyncio.gather(*(visitor.visits() for visitor in visitors))
        kills = await restarted_during(
            surveys, server, rng, signal.SIGKILL, most=5, pause=(0.05, 0.6)
        )
        found, tally = await stored(server.database_url)
    assert kills >= 3
    assert_stored_as_planned(plans_of(visitors), found, tally)
    for visitor in visitors:  # a lost answer would be asked for again
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
        assert visitor.asked == sorted(visitor.asked, key=ITEMS.index)
    assert "Traceback" not in server.log


async def test_unexpected_input_gets_a_friendly_answer_or_none(
    tmp_path: Path, database_url: str
) -> None:
    async with telegram_server(tmp_path, database_url) as server:
        citizen, api = server.api.citizen(), server.api
        await citizen.types("/start")
        assert "kode" in citizen.sees
        await citizen.scans("SALAH9")
        assert "SALAH9" in citizen.sees
        await citizen.scans(CODE)
        first = citizen.sees
        unreadable: list[dict[str, Any]] = [
            {"photo": [{"file_id": "a"}]}, {"sticker": {"file_id": "a"}}, {"poll": {"id": "1"}},
            {"of_next_year": {}}, {},  # a picture that can be viewed once comes without content
        ]  # fmt: skip
        for content in unreadable:
            await citizen.sends(**content)
            assert first.splitlines()[-1] in citizen.sees
        for data in ("x" * 64, "AAAAAAAA.a:U1:4", ".a:U1:9", "-.lang:xx", "👍", "/hapus"):
            await citizen.presses(data)
        await citizen.types("<script>alert(1)</script>" + "مرحبا 👍🏽" * 300)
        api.deliver({"message": {"text": "rahasia", "from": "?"}})
        member = api.citizen(group=-1_000_777)
        await member.types("halo semua", wait=False)
        await member.types("/report")
        assert len(member.chat.messages) == 1
        member.topic = 7
        member.chat.topics[7] = True
        await member.types("/report")
        assert member.screen.thread == 7
        stranger = await api.citizen().scans(CODE)
        await stranger.presses(citizen.screen.rows[0][0]["callback_data"])
        visitor = Visitor(citizen, dict.fromkeys(ITEMS, 3))
        await citizen.presses(citizen.screen.rows[0][0]["callback_data"], message=-1)
        assert "Pertanyaan 2 dari 9" in citizen.sees
        await citizen.taps("Kembali")
        await visitor.visits()
        await server.stop()
        found, _ = await stored(server.database_url)
    assert [dict(response.answers) for response in found.values()] == [dict.fromkeys(ITEMS, 3)]
    assert "Traceback" not in server.log
    assert "rahasia" not in server.log


async def test_a_rejected_token_ends_the_server_with_one_sentence_and_exit_code_2(
    tmp_path: Path, database_url: str
) -> None:
    async with BotApi() as api:
        server = Server(tmp_path, api, token="123456:another", database=database_url)
        await server.set_up()
        with pytest.raises(AssertionError, match="does not accept SKM_TELEGRAM_TOKEN"):
            await server.start()
        assert server.process
        assert server.process.returncode == 2
    assert "Traceback" not in server.log
