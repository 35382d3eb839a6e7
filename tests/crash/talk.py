"""Somebody does one thing after the other, while the server dies once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.crash.ground import Ground
from tests.crash.points import Kind
from tests.crash.scenes import Order
from tests.crash.victim import Life, Zygote
from tests.crash.ways import Act, Bring, Way, WayOf

Left = Callable[[str, int], Awaitable[None]]
"""Looks at the database (its URL) that a crash left when so many acts were acknowledged."""


@dataclass
class Tap:
    """A press on a button that is seen first. Who sees none does again what led there, if whoever
    was to show it died and what was to be shown may be `lost`."""

    way: Way
    act: Act
    lost: bool
    press: Bring | None = None

    async def bring(self, life: Life) -> bool:
        if self.press is None:
            data = await self._seen(life)
            if not data:
                return False
            self.press = await self.way.hand(Act(press=data))
        return await self.press(life)

    async def _seen(self, life: Life) -> str:
        """What the button carries; "" if whoever was to show it died."""
        if self.lost and not await self._sees() and self.act.again:
            await (await self.way.hand(self.act.again))(life)
        async with asyncio.timeout(60):
            while not life.over.is_set():
                if data := await self._sees():
                    return data
                await asyncio.sleep(0.001)
        self.lost = True
        return ""

    async def _sees(self) -> str:
        carried = await self.way.sees()
        return next((data for data in carried if data.endswith(self.act.press)), "")


@dataclass(frozen=True)
class Talk:
    """`person`: a number. `hasty`: whether the server that dies does it wrong."""

    zygote: Zygote
    ground: Ground
    person: int
    now: datetime
    way: WayOf
    hasty: bool = False

    async def killed(self, acts: Sequence[Act], left: Left, kind: Kind, deadly: int) -> str:
        """Where it died; "" if the acts were over before."""
        async with self.way(self.person) as way:
            url = await self.ground.fresh()
            heir = Order(way.scene, url, self.now.isoformat(), way.settings, kind)
            life = await self.zygote.child(replace(heir, deadly=deadly, hasty=self.hasty))
            died_at = ""
            for done, act in enumerate(acts):
                tap = Tap(way, act, lost=bool(died_at))
                bring = tap.bring if act.again else await way.hand(act)
                while not await bring(life):
                    assert not died_at, "only one of them was to die"
                    assert life.died_at, f"the child ended by itself with {life.code}"
                    died_at = life.died_at
                    await self._look(left, url, done, f"{kind} {deadly}, {died_at}")
                    life = await self.zygote.child(heir)
            await life.killed()
            await self._look(left, url, len(acts), f"{kind} {deadly}, {died_at}, at the end")
            await self.ground.gone(url)
        return died_at

    async def _look(self, left: Left, url: str, done: int, when: str) -> None:
        async with self.ground.left(url) as copy:
            try:
                await left(copy, done)
            except AssertionError as error:
                raise AssertionError(f"{when}: {error}") from error
