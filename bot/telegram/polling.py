"""Long polling: the next updates are asked for only after all before them are committed.

Asking with an offset is how Telegram is told what may be forgotten; so nothing is forgotten that
is not on disk, and what a crash interrupts is delivered again.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.drain import Drain
from bot.telegram.persistence import Persistence, Sleep, backoff
from bot.telegram.reception import Reception
from bot.telegram.wire import MalformedUpdate, Update
from skm.errors import SkmError

Fetch = Callable[[int], Awaitable[Sequence[object]]]
Confirm = Callable[[int], Awaitable[None]]

log = logging.getLogger(__name__)


async def unconfirmed(offset: int) -> None:
    """Nothing is said: what was taken comes once more, and is known by its number."""


class Polling:
    """`run` returns when the drain has begun; cancelling it is safe at any moment."""

    def __init__(
        self,
        fetch: Fetch,
        reception: Reception,
        *,
        sleep: Sleep = asyncio.sleep,
        persistence: Persistence | None = None,
        drain: Drain | None = None,
        confirm: Confirm = unconfirmed,
    ) -> None:
        self._fetch, self._reception, self._sleep = fetch, reception, sleep
        self._persistence = persistence or Persistence(sleep)
        self._drain, self._confirm = drain or Drain(), confirm
        self._done: set[int] = set()  # committed, but after one that is not

    async def run(self) -> None:
        offset = failures = 0
        while not self._drain.begun:
            question = self._persistence.ask(partial(self._fetch, offset))
            batch = await self._drain.unless_asked(question)
            if batch is None:
                break
            offset, errors = await self._take_all(batch, offset)
            failures = failures + 1 if any(map(_is_lasting, errors)) else 0
            if errors:
                await self._drain.unless_asked(self._sleep(backoff(failures)))
        if offset:
            await self._confirm(offset)

    async def _take_all(
        self, batch: Sequence[object], offset: int
    ) -> tuple[int, Sequence[BaseException]]:
        """The next offset, and why something is not committed and has to come again."""
        found = [(raw, self._reception.read(raw)) for raw in batch]
        updates = [update for _, update in found if update]
        strays = [self._reception.keep_stray(raw) for raw, update in found if update is None]
        await asyncio.gather(*strays, return_exceptions=True)  # they come again by themselves
        lines: dict[str, list[Update]] = defaultdict(list)
        for update in updates:
            if update.id not in self._done:
                lines[update.person].append(update)
        stuck = dict(filter(None, await asyncio.gather(*map(self._in_order, lines.values()))))
        if stuck:
            return min(stuck), list(stuck.values())
        self._done.clear()
        unreadable = [MalformedUpdate()] if batch and not updates else []
        return max((update.id + 1 for update in updates), default=offset), unreadable

    async def _in_order(self, line: Sequence[Update]) -> tuple[int, BaseException] | None:
        """One person's updates; the number of the first that is not committed, if any, and why."""
        for update in line:
            error = await self._reception.settle(update, more=update is not line[-1])
            if error is not None:
                return update.id, error
            self._done.add(update.id)
        return None


def _is_lasting(error: BaseException) -> bool:
    """Asking ever more slowly helps a store or a messenger; a mistake of ours, which is tried a few
    times for one person, would only make everybody else wait.
    """
    return isinstance(error, SkmError | MalformedUpdate)
