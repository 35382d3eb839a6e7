"""Somebody writes to the bot, one thing after the other, while the server dies once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.crash.ground import Ground
from tests.crash.points import Kind
from tests.crash.scenes import Order
from tests.crash.victim import Life, Zygote
from tests.serving import free_port
from tests.stand.citizen import Citizen
from tests.stand.telegram import BotApi

Act = Callable[[Citizen], Awaitable[object]]
Left = Callable[[str, int], Awaitable[None]]
"""Looks at the database (its URL) that a crash left when so many acts were acknowledged."""


@dataclass(frozen=True)
class Talk:
    """`person`: a Telegram id. `scene`: how the server listens that dies; its heir does it well."""

    zygote: Zygote
    ground: Ground
    person: int
    now: datetime
    scene: str = "listens"

    async def killed(self, acts: Sequence[Act], left: Left, kind: Kind, deadly: int) -> str:
        """Where it died; "" if the acts were over before."""
        async with BotApi() as api:
            url = await self.ground.fresh()
            hook = f"http://127.0.0.1:{free_port()}/hook" if self.scene == "is_posted_to" else ""
            order = Order(
                self.scene, url, api.url, api.token, self.now.isoformat(), kind, deadly, hook
            )
            life = await self.zygote.child(order)
            heir = "listens" if self.scene == "listens_hastily" else self.scene
            died_at, citizen = "", api.citizen(self.person)
            for done, act in enumerate(acts):
                await act(citizen)
                while not await _acknowledged(api, life):
                    assert not died_at, "only one of them was to die"
                    assert life.died_at, f"the child ended by itself with {life.code}"
                    died_at = life.died_at
                    await self._look(left, url, done, f"{kind} {deadly}, {died_at}")
                    life = await self.zygote.child(replace(order, scene=heir, deadly=0))
            await life.killed()
            await self._look(left, url, len(acts), f"{kind} {deadly}, {died_at}, at the end")
            await self.ground.gone(url)
        return died_at

    async def _look(self, left: Left, url: str, done: int, when: str) -> None:
        copy = await self.ground.left(url)
        try:
            await left(copy, done)
        except AssertionError as error:
            raise AssertionError(f"{when}: {error}") from error
        if copy != url:
            await self.ground.gone(copy)


async def _acknowledged(api: BotApi, life: Life) -> bool:
    """True once Telegram was told that all updates may be forgotten; False if the server died."""
    async with asyncio.timeout(60):
        while api.updates:
            if life.over.is_set():
                return False
            await asyncio.sleep(0.001)
    return True
