"""What people are still to be told: in order per chat, tried again a little, never raising.

A screen that does not arrive is a prompt lost, never an answer: what it shows is stored already.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.channel import SendError
from bot.message import Address, Outbound
from bot.telegram.errors import frames
from bot.telegram.persistence import Sleep, backoff

Say = Callable[[Address, Outbound], Awaitable[None]]

TRIES = 4
PATIENCE = 60.0  # seconds after which nobody waits for a screen any more

log = logging.getLogger(__name__)


class Outbox:
    """`put` returns at once; the task it gives is done when the screen is out, or given up."""

    def __init__(self, send: Say, *, sleep: Sleep = asyncio.sleep) -> None:
        self._send, self._sleep = send, sleep
        self._newest: dict[str, tuple[asyncio.Task[None], Outbound]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, address: Address, outbound: Outbound) -> asyncio.Task[None]:
        before = self._newest.get(address.chat)
        task = asyncio.create_task(self._after(before and before[0], address, outbound))
        self._newest[address.chat] = task, outbound
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._finished(address.chat, done))
        return task

    def is_behind(self, chat: str) -> bool:
        """Whether something for this chat is still on its way."""
        return chat in self._newest

    async def drain(self, seconds: float) -> None:
        """Let what is waiting go out, for at most this long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    async def _after(
        self, before: asyncio.Task[None] | None, address: Address, outbound: Outbound
    ) -> None:
        if before:
            await asyncio.wait([before])
        if self._is_overtaken(address.chat, outbound):
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._say(address, outbound)
        except TimeoutError:
            log.warning("A screen was given up: Telegram did not take it for %d s.", PATIENCE)

    def _is_overtaken(self, chat: str, outbound: Outbound) -> bool:
        """Whether a later screen waits that replaces the same message."""
        newest = self._newest[chat][1]
        return outbound.replaces is not None and (
            newest is not outbound and newest.replaces == outbound.replaces
        )

    async def _say(self, address: Address, outbound: Outbound) -> None:
        for attempt in range(TRIES):
            try:
                return await self._send(address, outbound)
            except SendError as error:
                if error.moved:
                    address = replace(address, chat=error.moved)
                elif attempt == TRIES - 1 or not _may_repeat(error, outbound):
                    log.warning("A screen did not reach its chat: %s.", error)
                    return
                elif error.retry_at is None:  # else the limiter holds the chat until then
                    await self._sleep(backoff(attempt))

    def _finished(self, chat: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._newest.get(chat, (None,))[0] is task:
            del self._newest[chat]
        if not task.cancelled() and (error := task.exception()):
            log.error("A screen could not be made:\n%s", frames(error))


def _may_repeat(error: SendError, outbound: Outbound) -> bool:
    """An edit does no harm twice; a new message whose fate is unknown might arrive twice."""
    return error.retryable or (error.unknown and outbound.replaces is not None)
