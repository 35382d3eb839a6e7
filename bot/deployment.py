"""The parts of a running deployment, and questions that are answered by several of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.inbox import Inbox
from bot.messaging.channel import Channel, Messenger, Send, Watched
from bot.messaging.links import Links
from bot.messaging.message import Inbound
from bot.request.chart_workers import ChartWorkers
from bot.request.form_links import FormLinks
from bot.request.instansi import Instansi
from bot.running import gauges
from bot.running.heartbeat import Heartbeat
from bot.running.metrics import Metrics
from bot.running.settings import Settings
from bot.running.shutdown import Shutdown
from bot.scheduled.clock import Trouble
from bot.scheduled.unreadable import UnreadableMessages
from bot.web import probes
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import Database

Now = Callable[[], datetime]


@dataclass(frozen=True)
class Deployment:
    """The parts of a running deployment.

    `channels`: by name; a channel that is opened later is added. `forms`: links to the officials'
    follow-up form, None where the pages cannot be reached from outside.
    """

    settings: Settings
    db: Database
    instansi: Instansi
    workers: ChartWorkers
    links: Links
    forms: FormLinks | None
    inbox: Inbox
    channels: dict[str, Channel]
    shutdown: Shutdown = field(default_factory=Shutdown)
    metrics: Metrics = field(default_factory=Metrics)
    trouble: Trouble = field(default_factory=dict)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)

    async def receive(self, inbound: Inbound, send: Send) -> None:
        """Count a message and hand it to the inbox; raises StoreError."""
        channel = inbound.address.channel
        self.metrics.received.labels(channel).inc()
        try:
            await self.inbox.receive(inbound, send)
        except BaseException:
            self.metrics.failed.labels(channel).inc()
            raise

    async def record_unreadable(self, message: UnreadableMessage) -> None:
        """Count and store a message that could not be read or processed."""
        self.metrics.unreadable.labels(message.channel).inc()
        await UnreadableMessages(self.db, self.instansi).record(message)

    async def unready(self) -> str:
        """Why /readyz reports this process as not ready, "" if it is ready."""
        if self.shutdown.begun:
            return "draining"
        if not await probes.answers(self.db):
            return "database"
        if not await self.db.is_current():
            return "migrations"
        stalled = self.heartbeat.stalled()
        return f"scheduled jobs have stopped: {stalled}" if stalled else ""

    async def metrics_text(self) -> bytes:
        """The metrics in Prometheus' text format."""
        watched = [one for one in self.channels.values() if isinstance(one, Watched)]
        up = {channel.name: channel.answers for channel in watched}
        state = await gauges.current_state(self.db, up, self.trouble, self.heartbeat.ages())
        return gauges.exposition(self.metrics, state)

    async def flush_channels(self, seconds: float) -> None:
        """Let the messengers send what is queued, for at most this long."""
        messengers = [one for one in self.channels.values() if isinstance(one, Messenger)]
        await asyncio.gather(*(messenger.flush(seconds) for messenger in messengers))
