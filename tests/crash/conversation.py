"""A user does one action after the other while the server dies once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.crash.children import Child, ForkServer
from tests.crash.clients import Action, Client, Deliver, OpenClient
from tests.crash.databases import CrashDatabases
from tests.crash.points import Kind
from tests.crash.scenes import ChildTask

Check = Callable[[str, int], Awaitable[None]]
"""Checks the database at a URL, given how many actions were acknowledged."""


@dataclass
class ButtonPress:
    """A press on a button that must be on the screen first.

    `may_be_lost`: the server died, and with it perhaps the screen. Then a user who sees no such
    button repeats the action that led to it.
    """

    client: Client
    action: Action
    may_be_lost: bool
    press: Deliver | None = None

    async def deliver(self, child: Child) -> bool:
        if self.press is None:
            data = await self._wait_for_button(child)
            if not data:
                return False
            self.press = await self.client.prepare(Action(press=data))
        return await self.press(child)

    async def _wait_for_button(self, child: Child) -> str:
        """The button's data; "" if the child died before it showed the button."""
        if self.may_be_lost and not await self._button() and self.action.again:
            await (await self.client.prepare(self.action.again))(child)
        async with asyncio.timeout(60):
            while not child.over.is_set():
                if data := await self._button():
                    return data
                await asyncio.sleep(0.001)
        self.may_be_lost = True
        return ""

    async def _button(self) -> str:
        buttons = await self.client.buttons()
        return next((data for data in buttons if data.endswith(self.action.press)), "")


@dataclass(frozen=True)
class Conversation:
    """What one user does. `early`: the server that dies acknowledges before it stores."""

    fork_server: ForkServer
    databases: CrashDatabases
    person: int
    now: datetime
    client: OpenClient
    early: bool = False

    async def killed(self, actions: Sequence[Action], check: Check, kind: Kind, deadly: int) -> str:
        """Do the actions with a server that dies at point `deadly`, then with one that does not.

        Returns where it died; "" if all actions were done before.
        """
        async with self.client(self.person) as client:
            url = await self.databases.copy()
            task = ChildTask(client.scene, url, self.now.isoformat(), client.settings, kind)
            child = await self.fork_server.fork(replace(task, deadly=deadly, early=self.early))
            died_at = ""
            for done, action in enumerate(actions):
                press = ButtonPress(client, action, may_be_lost=bool(died_at))
                deliver = press.deliver if action.again else await client.prepare(action)
                while not await deliver(child):
                    assert not died_at, "the second server was not to die"
                    assert child.died_at, f"the child ended by itself with {child.code}"
                    died_at = child.died_at
                    await self._check(check, url, done, f"{kind} {deadly}, {died_at}")
                    child = await self.fork_server.fork(task)
            await child.kill()
            await self._check(check, url, len(actions), f"{kind} {deadly}, {died_at}, at the end")
            await self.databases.drop(url)
        return died_at

    async def _check(self, check: Check, url: str, done: int, when: str) -> None:
        async with self.databases.snapshot(url) as copy:
            try:
                await check(copy, done)
            except AssertionError as error:
                raise AssertionError(f"{when}: {error}") from error
