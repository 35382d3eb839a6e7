"""Told to stop, the server finishes what it took; the next process goes on from there."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.chat import CODE
from tests.serving import HOOK, Server
from tests.stand.telegram import BotApi
from tests.test_end_to_end import ITEMS, same_as_tapped, serving, some, stored

pytestmark = pytest.mark.takes_long


async def status(url: str, method: str = "GET", **how: Any) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, **how) as response,
    ):
        return response.status


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("webhook", "how", "people"),
    [(False, signal.SIGTERM, 200), (True, signal.SIGINT, 60)],
    ids=["polling, told to", "webhook, Ctrl-C"],
)
async def test_stopping_in_the_middle_of_surveys_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, webhook: bool, how: signal.Signals, people: int
) -> None:
    chance = random.Random(6)
    async with serving(tmp_path, database_url, webhook=webhook) as server:
        server.api.latency = 0.01
        visitors = some(server, people, chance, patience=120)
        everybody = asyncio.gather(*(visitor.visits() for visitor in visitors))
        stops = 0
        while not everybody.done() and stops < 3:
            await asyncio.sleep(chance.uniform(0.5, 2))
            await server.stop(how)
            assert server.process
            assert server.process.returncode == 0
            stops += 1
            await server.start()
        await everybody
        await server.stop()
        found, tally = await stored(server)
    assert stops >= 2
    same_as_tapped(visitors, found, tally)
    for visitor in visitors:  # nobody taps twice: a screen that was lost would leave them waiting
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
    assert "Traceback" not in server.log
    assert server.log.count("Stopped.") == stops + 1


async def test_while_it_stops_it_is_alive_not_ready_and_takes_no_webhook(
    tmp_path: Path, database_url: str
) -> None:
    async with serving(tmp_path, database_url, webhook=True) as server:
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
        secret = {"X-Telegram-Bot-Api-Secret-Token": "a-secret-of-the-hook"}
        update = {"update_id": 999_999}
        assert await status(server.url + HOOK, "POST", json=update, headers=secret) == 503
        slow.over.set()
        assert await server.process.wait() == 0


async def test_links_to_the_bot_appear_by_themselves_once_telegram_answers(tmp_path: Path) -> None:
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
