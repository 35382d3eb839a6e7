"""Long polling: an update is acknowledged only after it and all before it are committed.

Asking with an offset is how Telegram is told what may be forgotten; so nothing is forgotten that
is not on disk, and what a crash interrupts is delivered again. What takes long (a photo that is
loaded, a document that is made) holds up nobody else: it goes on beside, and until it is done it
comes again with whatever is new.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.drain import Drain
from bot.telegram.persistence import Persistence, Sleep, backoff
from bot.telegram.reception import Reception
from bot.telegram.wire import MalformedUpdate, Update
from skm.errors import SkmError

Fetch = Callable[[int], Awaitable[Sequence[object]]]
Confirm = Callable[[int], Awaitable[None]]

PATIENCE = 0.5  # seconds for what was begun, before others are looked after


async def unconfirmed(offset: int) -> None:
    """Nothing is said: what was taken comes once more, and is known by its number."""


@dataclass(frozen=True)
class Line:
    """One person's updates, taken in order. `task`: why the first that failed did, or None."""

    updates: Sequence[Update]
    task: "asyncio.Task[BaseException | None]"


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
        self._offset = 0
        self._updates: Sequence[Update] = ()  # of the last answer
        self._lines: dict[str, Line] = {}  # under way, by person
        self._done: set[int] = set()  # committed, of those that may come again

    async def run(self) -> None:
        failures = 0
        try:
            while not self._drain.begun:
                question = self._persistence.ask(partial(self._fetch, self._offset))
                batch = await self._drain.unless_asked(question)
                if batch is None:
                    break
                errors = await self._take(batch)
                failures = failures + 1 if any(map(_is_lasting, errors)) else 0
                if errors:
                    await self._drain.unless_asked(self._sleep(backoff(failures)))
            await asyncio.gather(*(line.task for line in self._lines.values()))
        finally:
            for line in self._lines.values():
                line.task.cancel()
        self._move(self._known())
        if self._offset:
            await self._confirm(self._offset)

    async def _take(self, batch: Sequence[object]) -> Sequence[BaseException]:
        """Begin what is new; why some of it has to come again."""
        found = [(raw, self._reception.read(raw)) for raw in batch]
        strays = [self._reception.keep_stray(raw) for raw, update in found if update is None]
        await asyncio.gather(*strays, return_exceptions=True)  # they come again by themselves
        self._updates = [update for _, update in found if update]
        self._done &= self._known()
        self._begin(self._updates)
        known = self._known()
        errors = await self._ended()
        self._move(known)
        return errors if self._updates or not batch else [*errors, MalformedUpdate()]

    def _begin(self, updates: Iterable[Update]) -> None:
        """What comes after something of the same person that is under way is left to come again."""
        lines: dict[str, list[Update]] = defaultdict(list)
        for update in updates:
            if update.id not in self._done and update.person not in self._lines:
                lines[update.person].append(update)
        for person, line in lines.items():
            self._lines[person] = Line(line, asyncio.create_task(self._in_order(line)))

    async def _ended(self) -> Sequence[BaseException]:
        """Wait a little; the errors of the lines that have come to an end."""
        if self._lines:
            await asyncio.wait([line.task for line in self._lines.values()], timeout=PATIENCE)
        ended = [person for person, line in self._lines.items() if line.task.done()]
        return list(filter(None, [self._lines.pop(person).task.result() for person in ended]))

    async def _in_order(self, line: Sequence[Update]) -> BaseException | None:
        """Up to the first that is not committed; why it is not."""
        for update in line:
            error = await self._reception.settle(update, more=update is not line[-1])
            if error is not None:
                return error
            self._done.add(update.id)
        return None

    def _known(self) -> set[int]:
        """The numbers of all that came last or is under way."""
        under_way = [update for line in self._lines.values() for update in line.updates]
        return {update.id for update in (*self._updates, *under_way)}

    def _move(self, known: set[int]) -> None:
        """To the first of them that is not committed, or behind them all."""
        after = max(known) + 1 if known else self._offset
        self._offset = min(known - self._done, default=after)


def _is_lasting(error: BaseException) -> bool:
    """Asking ever more slowly helps a store or a messenger; a mistake of ours, which is tried a few
    times for one person, would only make everybody else wait.
    """
    return isinstance(error, SkmError | MalformedUpdate)
