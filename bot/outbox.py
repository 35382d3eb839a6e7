"""What people are still to be told: in order per chat, tried again a little, never raising.

A screen that does not arrive is a prompt lost, never an answer: what it shows is stored already.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.channel import SendError
from bot.message import Address, Outbound

Say = Callable[[Address, Outbound], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]

TRIES = 4
PATIENCE = 60.0  # seconds after which nobody waits for a screen any more

log = logging.getLogger(__name__)


class Outbox:
    """`put` returns at once; the task it gives is done when the screen is out, or given up."""

    def __init__(self, send: Say, *, sleep: Sleep = asyncio.sleep) -> None:
        self._send, self._sleep = send, sleep
        self._newest: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, address: Address, outbound: Outbound) -> asyncio.Task[None]:
        before = self._newest.get(address.chat)
        task = asyncio.create_task(self._after(before, address, outbound))
        self._newest[address.chat] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._finished(address.chat, done))
        return task

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
        try:
            async with asyncio.timeout(PATIENCE):
                await self._say(address, outbound)
        except TimeoutError:
            log.warning("A screen was given up: it was not taken for %d s.", PATIENCE)

    async def _say(self, address: Address, outbound: Outbound) -> None:
        for attempt in range(TRIES):
            try:
                return await self._send(address, outbound)
            except SendError as error:
                if error.moved:
                    address = replace(address, chat=error.moved)
                elif attempt == TRIES - 1 or not error.retryable:
                    log.warning("A screen did not reach its chat: %s.", error)
                    return
                elif error.retry_at is None:  # else the limiter holds the chat until then
                    await self._sleep(0.5 * 2**attempt)

    def _finished(self, chat: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._newest.get(chat) is task:
            del self._newest[chat]
        if not task.cancelled() and (error := task.exception()):
            log.error("A screen could not be made:\n%s", frames(error))


def frames(error: BaseException) -> str:
    """Where it happened and its type, not its text: that may hold what somebody wrote."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
