"""The parts of a running deployment, and what is asked of them together."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import gauges
from bot.aside import Asides
from bot.ask import Desk
from bot.channel import Channel, Messenger, Send, Watched
from bot.clock import Trouble
from bot.drain import Drain
from bot.inbox import Inbox
from bot.message import Inbound
from bot.metrics import Metrics
from bot.officials import Officials
from bot.settings import Settings
from skm.aside import Aside
from skm.store import collectors, tickets
from skm.store.database import Database
from skm.upp import Collector, Upp

Now = Callable[[], datetime]


@dataclass(frozen=True)
class Deployment:
    """The parts of a running deployment."""

    settings: Settings
    db: Database
    desk: Desk
    inbox: Inbox
    channels: dict[str, Channel]
    now: Now
    drain: Drain = field(default_factory=Drain)
    metrics: Metrics = field(default_factory=Metrics)
    trouble: Trouble = field(default_factory=dict)

    def at(self, desk: Desk) -> "Deployment":
        """The same, with answers that stand on this."""
        return replace(self, desk=desk, inbox=replace(self.inbox, officials=Officials(desk)))

    async def find_collector(self, code: str) -> tuple[Collector, Upp] | None:
        return await self.db.read(lambda conn: collectors.by_code(conn, code))

    async def knows_ticket(self, code: str, ticket: str) -> bool:
        return await self.db.read(lambda conn: tickets.state(conn, code, ticket)) is not None

    async def receive(self, inbound: Inbound, send: Send) -> None:
        """The door in, counted."""
        channel = inbound.address.channel
        self.metrics.received.add(channel)
        try:
            await self.inbox.receive(inbound, send)
        except BaseException:
            self.metrics.failed.add(channel)
            raise

    async def keep_aside(self, aside: Aside) -> None:
        """What could not be taken, counted."""
        self.metrics.kept_aside.add(aside.channel)
        await Asides(self.desk).keep(aside)

    async def unready(self) -> str:
        """Why nobody should be sent to this process, "" if they should."""
        if self.drain.begun:
            return "draining"
        if not await self.healthy():
            return "database"
        return "" if await self.db.is_current() else "migrations"

    async def measure(self) -> Iterable[str]:
        """The lines of /metrics."""
        watched = [one for one in self.channels.values() if isinstance(one, Watched)]
        up = {channel.name: channel.answers for channel in watched}
        return gauges.lines(self.metrics, await gauges.measured(self.db, up, self.trouble))

    async def say_the_rest(self, seconds: float) -> None:
        """Let what the messengers are still to carry go out, for at most this long."""
        carry = [one for one in self.channels.values() if isinstance(one, Messenger)]
        await asyncio.gather(*(messenger.drain(seconds) for messenger in carry))

    async def healthy(self) -> bool:
        try:
            await self.db.read(lambda conn: conn.execute(text("SELECT 1")))
        except SQLAlchemyError:
            return False
        return True
