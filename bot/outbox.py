"""What people are still to be told: in order per chat, tried again a little, never raising.

A screen that does not arrive is a prompt lost, never an answer: what it shows is stored already.
Somebody who sends a thousand messages in a burst is told little: what waits says each thing once,
and of a long line only its end is said.
"""

import asyncio
import logging
import secrets
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.channel import SendError
from bot.message import Address, Outbound

Say = Callable[[Address, Outbound], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]

TRIES = 4
PATIENCE = 60.0  # seconds after which nobody waits for a screen any more
LINE = 20  # screens that wait for one chat; the longest honest answer has ten

CHANCE = secrets.SystemRandom()

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Waiting:
    address: Address
    outbound: Outbound
    done: "asyncio.Future[None]"


class Outbox:
    """`put` returns at once; the future it gives is done when the screen is out, or given up."""

    def __init__(self, send: Say, *, sleep: Sleep = asyncio.sleep) -> None:
        self._send, self._sleep = send, sleep
        self._lines: dict[str, deque[_Waiting]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def put(self, address: Address, outbound: Outbound) -> "asyncio.Future[None]":
        waiting = _Waiting(address, outbound, asyncio.get_running_loop().create_future())
        line = self._lines.get(address.chat)
        if line is None:
            line = self._lines[address.chat] = deque()
            worker = asyncio.create_task(self._work(address.chat, line))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        line.append(waiting)
        if len(line) > LINE:
            _finish(line.popleft())
        return waiting.done

    def is_behind(self, chat: str) -> bool:
        """Whether something for this chat is still on its way."""
        return chat in self._lines

    async def drain(self, seconds: float) -> None:
        """Let what is waiting go out, for at most this long."""
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=seconds)
            for worker in late:
                worker.cancel()

    async def _work(self, chat: str, line: deque[_Waiting]) -> None:
        """One chat's line, until nobody stands in it."""
        try:
            while line:
                waiting = line.popleft()
                try:
                    if not _is_overtaken(waiting.outbound, line):
                        await self._out(waiting)
                    _finish(waiting)
                finally:
                    waiting.done.cancel()  # unless it is finished
        finally:
            del self._lines[chat]
            for waiting in line:
                waiting.done.cancel()

    async def _out(self, waiting: _Waiting) -> None:
        said = asyncio.wait_for(self._say(waiting.address, waiting.outbound), PATIENCE)
        [error] = await asyncio.gather(said, return_exceptions=True)
        if isinstance(error, TimeoutError):
            log.warning("A screen was given up: it was not taken for %d s.", PATIENCE)
        elif error is not None:
            log.error("A screen could not be made:\n%s", frames(error))

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
                    await self._sleep(0.5 * 2**attempt * CHANCE.uniform(0.5, 1))


def _finish(waiting: _Waiting) -> None:
    if not waiting.done.done():
        waiting.done.set_result(None)


def _is_overtaken(outbound: Outbound, line: deque[_Waiting]) -> bool:
    """Whether a later screen says the same, or takes the same place."""
    later = (waiting.outbound for waiting in line)
    return any(
        one == outbound if outbound.replaces is None else one.replaces == outbound.replaces
        for one in later
    )


def _may_repeat(error: SendError, outbound: Outbound) -> bool:
    """An edit does no harm twice; a new message whose fate is unknown might arrive twice."""
    return error.retryable or (error.unknown and outbound.replaces is not None)


def frames(error: BaseException) -> str:
    """Where it happened and its type, not its text: that may hold what somebody wrote."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
