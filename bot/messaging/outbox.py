"""Sends replies in order per chat, with a few retries, and never raises.

A reply that does not arrive is a prompt lost, never an answer: what it shows is stored already.
Somebody who sends a thousand messages in a burst gets few replies: of the queued ones a later one
replaces an equal one or an edit of the same message, and of a long queue only the end is sent.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.messaging.channel import SendError
from bot.messaging.message import Address, Outbound
from bot.running.backoff import backoff
from bot.running.logs import frames

SendTo = Callable[[Address, Outbound], Awaitable[object]]
Sleep = Callable[[float], Awaitable[None]]

TRIES = 4
TIMEOUT = 60.0  # seconds after which a reply is given up
LONGEST = 20  # queued replies of one chat; a survey without bursts has at most ten

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Queued:
    address: Address
    outbound: Outbound
    done: "asyncio.Future[None]"


class Outbox:
    """A queue for each chat that has replies to send."""

    def __init__(self, send: SendTo, *, sleep: Sleep = asyncio.sleep) -> None:
        self._send, self._sleep = send, sleep
        self._queues: dict[str, deque[_Queued]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def put(self, address: Address, outbound: Outbound) -> "asyncio.Future[None]":
        """Queue a reply; the future is done when it has been sent or given up."""
        queued = _Queued(address, outbound, asyncio.get_running_loop().create_future())
        queue = self._queues.get(address.chat)
        if queue is None:
            queue = self._queues[address.chat] = deque()
            worker = asyncio.create_task(self._work(address.chat, queue))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        queue.append(queued)
        if len(queue) > LONGEST:
            _finish(queue.popleft())
        return queued.done

    def is_behind(self, chat: str) -> bool:
        """Whether replies to this chat are queued or being sent."""
        return chat in self._queues

    async def flush(self, seconds: float) -> None:
        """Let the queued replies be sent, for at most this long."""
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=seconds)
            for worker in late:
                worker.cancel()

    async def _work(self, chat: str, queue: deque[_Queued]) -> None:
        """Sends one chat's queue until it is empty."""
        try:
            while queue:
                queued = queue.popleft()
                try:
                    if not _is_superseded(queued.outbound, queue):
                        await self._deliver(queued)
                    _finish(queued)
                finally:
                    queued.done.cancel()  # no effect on a finished one
        finally:
            del self._queues[chat]
            for queued in queue:
                queued.done.cancel()

    async def _deliver(self, queued: _Queued) -> None:
        sending = asyncio.wait_for(self._retry(queued.address, queued.outbound), TIMEOUT)
        [error] = await asyncio.gather(sending, return_exceptions=True)
        if isinstance(error, TimeoutError):
            log.warning("A reply was given up: it was not accepted within %d s.", TIMEOUT)
        elif error is not None:
            log.error("A reply could not be made:\n%s", frames(error))

    async def _retry(self, address: Address, outbound: Outbound) -> None:
        for attempt in range(TRIES):
            try:
                await self._send(address, outbound)
                return
            except SendError as error:
                outbound = replace(outbound, accepted=outbound.accepted + len(error.accepted))
                if error.moved:
                    address = replace(address, chat=error.moved)
                elif attempt == TRIES - 1 or not _may_repeat(error, outbound):
                    log.warning("A reply did not reach its chat: %s.", error)
                    return
                elif error.retry_at is None:  # else the limiter holds the chat until then
                    await self._sleep(backoff(attempt))


def _finish(queued: _Queued) -> None:
    if not queued.done.done():
        queued.done.set_result(None)


def _is_superseded(outbound: Outbound, queue: deque[_Queued]) -> bool:
    """Whether a later reply is equal, or edits the same message."""
    later = (queued.outbound for queued in queue)
    return any(
        one == outbound if outbound.replaces is None else one.replaces == outbound.replaces
        for one in later
    )


def _may_repeat(error: SendError, outbound: Outbound) -> bool:
    """An edit may be sent twice; a new message with an unknown outcome might arrive twice."""
    return error.retryable or (error.unknown and outbound.replaces is not None)
