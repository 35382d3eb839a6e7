"""A stand, our channel connected to it, and a notebook that stands for the inbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.channel import Send
from bot.limiter import Limiter, Rate
from bot.message import Choice, Inbound, Outbound
from bot.telegram.channel import TelegramChannel
from tests.stand.telegram import BotApi

Reply = Callable[[Inbound], Outbound | None]

BUTTONS = ((Choice("Baik", "v.good"), Choice("Buruk", "v.bad")),)


def echo(inbound: Inbound) -> Outbound:
    """Says what was done, on the screen where it was done."""
    said = inbound.start or inbound.choice or inbound.text or "?"
    return Outbound(said, BUTTONS, replaces=inbound.message)


@dataclass
class Notebook:
    """An inbox that writes down what came, in the order of the commits.

    `troubles` are raised one after the other, by what was said, before anything is written down.
    `gates` hold up whoever said this until they are set.
    """

    reply: Reply = echo
    committed: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    troubles: dict[str, list[Exception]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    async def receive(self, inbound: Inbound, send: Send) -> None:
        said = inbound.start or inbound.choice or inbound.text or "?"
        self.begun.append(said)
        if said in self.gates:
            await self.gates[said].wait()
        if self.troubles.get(said):
            raise self.troubles[said].pop(0)
        self.committed.append(said)
        self.ids.append(inbound.id)
        reply = self.reply(inbound)
        if reply:
            await send(reply)


def unlimited() -> Limiter:
    return Limiter(Rate(10_000, 100), Rate(10_000, 100), Rate(10_000, 100))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[TelegramChannel]:
    async with TelegramChannel(
        api.token, api_url=api.url, file_url=api.file_url, limiter=unlimited()
    ) as telegram:
        yield telegram


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@asynccontextmanager
async def polling(telegram: TelegramChannel, notebook: Notebook) -> AsyncIterator[None]:
    """The channel takes updates by polling while this lasts; a crash of it fails the test."""
    running = asyncio.create_task(telegram.run_polling(notebook.receive))
    try:
        yield
        assert not running.done(), running.exception()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that will happen; fail if it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what happens may be in another process
            await asyncio.sleep(0.01)
