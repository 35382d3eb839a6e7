"""What must be remembered because WhatsApp costs money: who may be written to, what was spent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.period import Kind, Period
from skm.store import deliveries, spending, windows
from skm.store.database import Database
from skm.store.spending import Spent

CHANNEL = "whatsapp"
KNOCK_AGAIN = timedelta(days=6)  # an official who never opens the chat is asked once a week


@dataclass
class Ledger:
    """`budget`: messages a month after which WhatsApp is not offered any more, 0 for no limit."""

    db: Database
    zone: tzinfo
    now: Callable[[], datetime]
    budget: int = 0
    _month: str = field(default="", init=False)
    _spent: Spent = field(default_factory=Spent, init=False)

    # --- the 24-hour window of officials ----------------------------------------------------------

    async def heard(self, chat: str) -> bool:
        """Somebody wrote; whether it is an official for whom something waited."""

        async def write(conn: AsyncConnection) -> int:
            official = await windows.heard(conn, CHANNEL, chat, self.now())
            return await deliveries.hasten(conn, official, self.now()) if official else 0

        return bool(await self.db.write(write))

    async def is_open(self, chat: str) -> bool:
        return await self.db.read(lambda conn: windows.is_open(conn, CHANNEL, chat, self.now()))

    async def shut(self, chat: str) -> None:
        await self.db.write(lambda conn: windows.shut(conn, CHANNEL, chat))

    async def knock(self, chat: str) -> bool:
        """Whether to ask them now to open the chat; written down before it is sent."""
        now = self.now()
        return await self.db.write(
            lambda conn: windows.knock(conn, CHANNEL, chat, now, KNOCK_AGAIN)
        )

    async def unknock(self, chat: str) -> None:
        await self.db.write(lambda conn: windows.unknock(conn, CHANNEL, chat))

    # --- what was spent ---------------------------------------------------------------------------

    @property
    def month(self) -> str:
        """The instansi's month, 2026-11."""
        return f"{self.now().astimezone(self.zone):%Y-%m}"

    @property
    def spent(self) -> Spent:
        """This month's, as far as this process knows."""
        return self._spent if self._month == self.month else Spent()

    def is_offered(self) -> bool:
        """Whether the budget still lets new people come in this way."""
        return not self.budget or self.spent.messages < self.budget

    async def count(self, *, bulk: bool) -> None:
        """One message has left."""
        month, one = self.month, Spent(bulk=1) if bulk else Spent(replies=1)
        self._spent = await self.db.write(lambda conn: spending.count(conn, CHANNEL, month, one))
        self._month = month

    async def usage(self) -> tuple[Spent, int]:
        """This month's messages and finished surveys, of all replicas."""
        await self.refresh()
        month = Period.of(Kind.MONTH, self.now().astimezone(self.zone).date())
        finished = await self.db.read(
            lambda conn: spending.finished(conn, CHANNEL, month.start, month.end)
        )
        return self.spent, finished

    async def refresh(self) -> None:
        """What other replicas have sent counts as well."""
        month = self.month
        self._spent = await self.db.read(lambda conn: spending.of(conn, CHANNEL, month))
        self._month = month
