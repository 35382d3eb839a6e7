"""How many messages were sent this month, since each of them costs money."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from skm.instansi.period import Period, PeriodKind
from skm.store.database.database import Database
from skm.store.officials import spending
from skm.store.officials.spending import Spent

CHANNEL = "whatsapp"


@dataclass
class Ledger:
    """`budget`: messages a month after which WhatsApp is no longer offered, 0 for no limit."""

    db: Database
    zone: tzinfo
    now: Callable[[], datetime]
    budget: int = 0
    _month: str = field(default="", init=False)
    _spent: Spent = field(default_factory=Spent, init=False)

    @property
    def month(self) -> str:
        """The month in the instansi's time zone, such as 2026-11."""
        return f"{self.now().astimezone(self.zone):%Y-%m}"

    @property
    def spent(self) -> Spent:
        """This month's messages, as far as this process knows."""
        return self._spent if self._month == self.month else Spent()

    def is_offered(self) -> bool:
        """Whether the budget allows new surveys on WhatsApp."""
        return not self.budget or self.spent.messages < self.budget

    async def count(self, *, bulk: bool) -> None:
        """Counts one message that was sent."""
        month, one = self.month, Spent(bulk=1) if bulk else Spent(replies=1)
        self._spent = await self.db.write(lambda conn: spending.count(conn, CHANNEL, month, one))
        self._month = month

    async def usage(self) -> tuple[Spent, int]:
        """This month's messages and finished surveys, of all replicas."""
        await self.refresh()
        month = Period.of(PeriodKind.MONTH, self.now().astimezone(self.zone).date())
        finished = await self.db.read(
            lambda conn: spending.finished(conn, CHANNEL, month.start, month.end)
        )
        return self.spent, finished

    async def refresh(self) -> None:
        """Reads what all replicas have sent."""
        month = self.month
        self._spent = await self.db.read(lambda conn: spending.of(conn, CHANNEL, month))
        self._month = month
