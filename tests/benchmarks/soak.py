"""Fifty finished surveys a second for half a minute: `skm serve`, a webhook, a database on disk.

Every 20 ms another citizen opens the survey and answers each question as soon as it is shown, so
500 updates and 950 calls go back and forth in a second. Telegram's own limit (30 messages a second,
SKM_TELEGRAM_RATE) is lifted for it. Afterwards every answer is looked for in the database, and all
tallies are counted anew. SKM_BENCH_SOAK sets another number of seconds.
"""

import asyncio
import json
import os
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database
from skm.store.schema.survey import response
from skm.store.survey import rollup
from tests.benchmarks._telegram import Posting, telegram
from tests.benchmarks.loopback import cpu_of
from tests.skm.survey.test_instrument import SKM9
from tests.stand.telegram import BotApi
from tests.tools.chat import CODE
from tests.tools.serving import HOOK, SECRET, Server

SECONDS = int(os.environ.get("SKM_BENCH_SOAK", "30"))
A_SECOND = 50
PATIENCE, TRIES = 15.0, 8  # seconds for a screen, then once more
VISIT = re.compile(rb'"callback_data": ?"(\w+)\.a:')
ITEMS = [item.id for item in SKM9.items]

Row = tuple[str, float | int | str, str]


@dataclass
class Crowd:
    """The citizens: what is on their screens, how long each waited, who has finished when."""

    port: int = 0
    screens: dict[int, asyncio.Future[bytes]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    refused: int = 0
    insisted: int = 0
    _updates: "count[int]" = field(default_factory=lambda: count(1))
    _free: list[Posting] = field(default_factory=list)

    def shown(self, chat: int, body: bytes) -> None:
        screen = self.screens.get(chat)
        if screen and not screen.done():
            screen.set_result(body)

    async def answers_all(self, user: int) -> None:
        """One citizen, from the QR to the ninth answer."""
        who = {"id": user, "is_bot": False, "first_name": "Warga", "language_code": "id"}
        message = {"message_id": 1, "date": 0, "chat": {"id": user, "type": "private"}}
        opened = {**message, "from": who, "text": f"/start {CODE}"}
        visit = VISIT.search(await self._does(user, message=opened))
        assert visit
        for item in ITEMS:
            press = f"{user}{item}"
            data = f"{visit[1].decode()}.a:{item}:{1 + user % 4}"
            query = {"id": press, "from": who, "data": data, "message": {**message, "text": "…"}}
            begun = time.perf_counter()
            await self._does(user, callback_query=query)
            self.waits.append(time.perf_counter() - begun)
        self.ends.append(time.perf_counter())

    async def _does(self, user: int, **what: object) -> bytes:
        """Until a screen follows: who sees nothing for long does it again, as people do."""
        for _ in range(TRIES):
            update = json.dumps({"update_id": next(self._updates), **what})
            screen: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self.screens[user] = screen
            try:
                async with asyncio.timeout(PATIENCE):
                    body, _ = await asyncio.gather(screen, self._posted(update))
            except TimeoutError:
                self.insisted += 1
            else:
                return body
        raise AssertionError("the server says nothing")

    async def _posted(self, update: str) -> None:
        """Over a connection that is free; again, as Telegram does, if it was closed meanwhile."""
        while True:
            posting = self._free.pop() if self._free else await Posting.to(self.port)
            try:
                self.refused += not await posting.post(HOOK, SECRET, update)
            except (asyncio.IncompleteReadError, ConnectionError):
                continue
            self._free.append(posting)
            return


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_soaked(Path(folder)))


async def _soaked(folder: Path) -> list[Row]:
    crowd = Crowd()
    async with telegram(crowd.shown) as port:
        server = Server(folder, BotApi(port), webhook=True)
        await server.set_up()
        await server.start()
        assert server.process
        crowd.port = server.port
        try:
            begun, burnt = time.perf_counter(), cpu_of(server.process.pid)
            own = time.process_time()
            await _arrive(crowd)
            burnt, own = cpu_of(server.process.pid) - burnt, time.process_time() - own
        finally:
            await server.stop()
    async with Database.open(server.database_url) as db:
        stored = await db.read(_stored)
        wrong = await db.read(rollup.count_differences)
    return [*_pace(crowd, begun, burnt, own), *_kept(crowd, stored, wrong)]


async def _arrive(crowd: Crowd) -> None:
    """One every 20 ms, whether or not those before have finished."""
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as everybody:
        for number in range(SECONDS * A_SECOND):
            await asyncio.sleep(begun + number / A_SECOND - time.perf_counter())
            everybody.create_task(crowd.answers_all(7_000_000_000 + number))


def _pace(crowd: Crowd, begun: float, burnt: float, own: float) -> list[Row]:
    took, surveys = max(crowd.ends) - begun, len(crowd.ends)
    p50, p99 = (1000 * quantiles(crowd.waits, n=100)[at] for at in (49, 98))
    return [
        ("surveys that arrived", A_SECOND, f"a second, for {SECONDS} s"),
        ("surveys finished", surveys / took, f"a second ({took:.1f} s until the last)"),
        ("p50, p99", f"{p50:.0f}, {p99:.0f}", "ms from a tap to its screen"),
        ("CPU of the server", 1000 * burnt / surveys, f"ms a survey ({burnt / took:.2f} cores)"),
        ("CPU of the crowd", 1000 * own / surveys, f"ms a survey ({own / took:.2f} cores)"),
    ]


def _kept(crowd: Crowd, stored: Counter[int], wrong: int) -> list[Row]:
    given = len(crowd.ends)
    asked = Counter(1 + n % 4 for n in range(given))
    right = sum((stored & asked).values())
    return [
        ("updates refused", crowd.refused, "of which each would have come again"),
        ("done again", crowd.insisted, f"times, since no screen came for {PATIENCE:.0f} s"),
        ("stored with the answers given", f"{100 * right / given:.2f} %", f"of {given} surveys"),
        ("stored beyond those", sum(stored.values()) - right, "responses; 0 is right"),
        ("tallies that a recount corrects", wrong, "rows; 0 is right"),
    ]


async def _stored(conn: AsyncConnection) -> Counter[int]:
    """How many responses gave this nilai to all nine."""
    found: Counter[int] = Counter()
    for answers in await conn.scalars(select(response.c.answers)):
        given = [nilai for items in json.loads(answers).values() for nilai in items.values()]
        found[given[0] if len(given) == 9 and len(set(given)) == 1 else 0] += 1
    return found
