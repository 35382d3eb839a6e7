"""A simulated Bot API, a channel connected to it, and a notebook in place of the inbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.messaging.channel import Send
from bot.messaging.message import Choice, Inbound, Outbound
from bot.messaging.rate_limit import Limiter, Rate
from bot.telegram.channel import TelegramChannel
from tests.stand.telegram import BotApi

Reply = Callable[[Inbound], Outbound | None]

BUTTONS = ((Choice("Baik", "v.good"), Choice("Buruk", "v.bad")),)


def echo(inbound: Inbound) -> Outbound:
    """Replies with what was done, in the message where it was done."""
    said = inbound.start or inbound.choice or inbound.text or "?"
    return Outbound(said, BUTTONS, replaces=inbound.message)


@dataclass
class Notebook:
    """An inbox that records what it receives, in the order of the commits.

    `troubles`: errors that are raised one after the other for this text, before it is recorded.
    `gates`: events that this text waits for.
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
    """The channel polls within this context; if polling ends, the test fails."""
    running = asyncio.create_task(telegram.run_polling(notebook.receive))
    try:
        yield
        assert not running.done(), running.exception()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits until the condition is true; raises TimeoutError if it does not become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what happens may be in another process
            await asyncio.sleep(0.01)
