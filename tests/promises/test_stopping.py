"""A server that receives SIGTERM finishes what it has accepted; the next process continues."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.stand.telegram import BotApi
from tests.tools.chat import CODE
from tests.tools.serving import HOOK, SECRET, Server, telegram_server
from tests.tools.visitors import (
    ITEMS,
    assert_stored_as_planned,
    plans_of,
    restarted_during,
    stored,
    visitors_of,
)

pytestmark = pytest.mark.takes_long


async def status(url: str, method: str = "GET", **options: Any) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, **options) as response,
    ):
        return response.status


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `holds` returns True; TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("webhook", "how", "people"),
    [(False, signal.SIGTERM, 80), (True, signal.SIGINT, 60)],
    ids=["polling, SIGTERM", "webhook, Ctrl-C"],
)
async def test_stopping_during_surveys_loses_and_doubles_no_answer(
    tmp_path: Path, database_url: str, webhook: bool, how: signal.Signals, people: int
) -> None:
    rng = random.Random(6)
    async with telegram_server(tmp_path, database_url, webhook=webhook) as server:
        server.api.latency = 0.01
        visitors = visitors_of(server, people, rng, patience=120)
        surveys = asyncio.gather(*(visitor.visits() for visitor in visitors))
        stops = await restarted_during(surveys, server, rng, how, most=3, pause=(0.5, 2))
        found, tally = await stored(server.database_url)
    assert stops >= 2
    assert_stored_as_planned(plans_of(visitors), found, tally)
    for visitor in visitors:  # they never repeat a tap: a lost screen would leave them waiting
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
    assert "Traceback" not in server.log
    assert server.log.count("Stopped.") == stops + 1


async def test_while_stopping_it_is_healthy_but_not_ready_and_answers_webhooks_with_503(
    tmp_path: Path, database_url: str
) -> None:
    async with telegram_server(tmp_path, database_url, webhook=True) as server:
        slow = server.api.goes_wrong("sendMessage", hangs=True)
        await server.api.citizen().scans("SALAH9", wait=False)

        async def sending() -> bool:
            return not slow.times

        async def unready() -> bool:
            return await status(f"{server.url}/readyz") == 503

        await until(sending)
        assert not await unready()
        assert server.process
        server.process.send_signal(signal.SIGTERM)
        await until(unready)
        assert await status(f"{server.url}/healthz") == 200
        secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        update = {"update_id": 999_999}
        assert await status(server.url + HOOK, "POST", json=update, headers=secret) == 503
        slow.over.set()
        assert await server.process.wait() == 0


async def test_links_and_menus_appear_once_telegram_can_be_reached(tmp_path: Path) -> None:
    async with BotApi() as api, aiohttp.ClientSession() as session:
        away = api.goes_wrong("getMe", times=1000)
        server = Server(tmp_path, api)
        await server.set_up()
        await server.start()

        async def offered() -> bool:
            async with session.get(f"{server.url}/s/{CODE}") as page:
                return "/telegram" in await page.text()

        async def menus() -> bool:
            return bool(api.commands)

        assert not await offered()
        away.times = 0
        await until(offered)
        await until(menus)
        await server.stop()
