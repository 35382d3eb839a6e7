"""Long polling: an update is acknowledged only after it and all before it are committed.

The offset of a getUpdates request acknowledges every update before it. So the offset advances only
over committed updates, and what a crash interrupts is delivered again. An update that takes long
(a photo to download, a document to make) does not hold up other users: it is continued while
getUpdates is repeated, and the answers contain it again until it is committed.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.messaging.outbox import Sleep
from bot.running.backoff import backoff
from bot.running.shutdown import Shutdown
from bot.telegram.retry import Retry
from bot.telegram.updates import TelegramUpdates
from bot.telegram.wire import MalformedUpdate, Update
from skm.errors import SkmError

Fetch = Callable[[int], Awaitable[Sequence[object]]]
"""Returns the raw updates from an offset on."""
Confirm = Callable[[int], Awaitable[None]]
"""Acknowledges everything before an offset."""

MAX_WAIT = 0.5  # seconds for the updates of a batch, before new ones are fetched


async def unconfirmed(offset: int) -> None:
    """Acknowledges nothing: what was processed is delivered again and recognized by its id."""


@dataclass(frozen=True)
class UserQueue:
    """The updates of one user. `task` processes them; its result is the first error, or None."""

    updates: Sequence[Update]
    task: "asyncio.Task[BaseException | None]"


class Polling:
    """`run` returns after a shutdown has begun; it may be cancelled at any moment."""

    def __init__(
        self,
        fetch: Fetch,
        updates: TelegramUpdates,
        *,
        sleep: Sleep = asyncio.sleep,
        retry: Retry | None = None,
        shutdown: Shutdown | None = None,
        confirm: Confirm = unconfirmed,
    ) -> None:
        self._fetch, self._updates, self._sleep = fetch, updates, sleep
        self._retry = retry or Retry(sleep)
        self._shutdown, self._confirm = shutdown or Shutdown(), confirm
        self._offset = 0
        self._batch: Sequence[Update] = ()  # the last answer
        self._queues: dict[str, UserQueue] = {}  # in progress, by user
        self._committed: set[int] = set()  # ids of those that may be delivered again

    async def run(self) -> None:
        """Fetch and process updates until a shutdown begins, then confirm what was processed."""
        failures = 0
        try:
            while not self._shutdown.begun:
                request = self._retry.until_answered(partial(self._fetch, self._offset))
                batch = await self._shutdown.unless_asked(request)
                if batch is None:
                    break
                errors = await self._process(batch)
                failures = failures + 1 if any(map(_is_lasting, errors)) else 0
                if errors:
                    await self._shutdown.unless_asked(self._sleep(backoff(failures)))
            await asyncio.gather(*(queue.task for queue in self._queues.values()))
        finally:
            for queue in self._queues.values():
                queue.task.cancel()
        self._advance(self._known())
        if self._offset:
            await self._confirm(self._offset)

    async def _process(self, batch: Sequence[object]) -> Sequence[BaseException]:
        """Begins the new updates of a batch; returns the errors of those that must come again."""
        read = [(raw, self._updates.read(raw)) for raw in batch]
        without_id = [self._updates.record_without_id(raw) for raw, update in read if not update]
        await asyncio.gather(*without_id, return_exceptions=True)  # they are delivered again anyway
        self._batch = sorted((update for _, update in read if update), key=lambda one: one.id)
        self._committed &= self._known()
        self._begin(self._batch)
        known = self._known()
        errors = await self._finished()
        self._advance(known)
        return errors if self._batch or not batch else [*errors, MalformedUpdate()]

    def _begin(self, updates: Iterable[Update]) -> None:
        """Starts a task per user; users with a task in progress get their updates again later."""
        queues: dict[str, list[Update]] = defaultdict(list)
        for update in updates:
            if update.id not in self._committed and update.user not in self._queues:
                queues[update.user].append(update)
        for user, queue in queues.items():
            self._queues[user] = UserQueue(queue, asyncio.create_task(self._in_order(queue)))

    async def _finished(self) -> Sequence[BaseException]:
        """Waits up to MAX_WAIT; removes the finished queues and returns their errors."""
        if self._queues:
            await asyncio.wait([queue.task for queue in self._queues.values()], timeout=MAX_WAIT)
        finished = [user for user, queue in self._queues.items() if queue.task.done()]
        return list(filter(None, [self._queues.pop(user).task.result() for user in finished]))

    async def _in_order(self, queue: Sequence[Update]) -> BaseException | None:
        """Processes a user's updates up to the first that is not committed; returns its error."""
        for update in queue:
            error = await self._updates.process(update, more=update is not queue[-1])
            if error is not None:
                return error
            self._committed.add(update.id)
        return None

    def _known(self) -> set[int]:
        """The ids of all updates of the last batch or in progress."""
        in_progress = [update for queue in self._queues.values() for update in queue.updates]
        return {update.id for update in (*self._batch, *in_progress)}

    def _advance(self, known: set[int]) -> None:
        """Moves the offset to the first known update that is not committed, or behind them all."""
        after_all = max(known) + 1 if known else self._offset
        self._offset = min(known - self._committed, default=after_all)


def _is_lasting(error: BaseException) -> bool:
    """Whether waiting longer helps: yes for the store and for Telegram, no for an error of ours.

    An error of ours concerns one user and is repeated a few times only; others must not wait.
    """
    return isinstance(error, SkmError | MalformedUpdate)
