"""The month's budget for messages: when it is spent, each admin hears of it once."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Desk
from bot.message import Outbound
from bot.whatsapp.ledger import Ledger
from skm.delivery import Delivery, Kind, Plan
from skm.official import Official, Role
from skm.store import deliveries, officials


@dataclass(frozen=True)
class Budget:
    """Watches what the ledger counts."""

    desk: Desk
    ledger: Ledger

    async def watch(self) -> None:
        """Look at what all replicas have sent; tell the admins once a month that it is spent."""
        if not self.ledger.budget:
            return
        await self.ledger.refresh()
        if not self.ledger.is_offered():
            await self.desk.db.write(self._plan)

    async def _plan(self, conn: AsyncConnection) -> None:
        now, month = self.ledger.now(), self.ledger.month
        admins = [one for one in await officials.listed(conn) if one.role is Role.ADMIN]
        await deliveries.plan(
            conn,
            [
                Plan(f"budget:{month}:{admin.id}", Kind.BUDGET, admin.id, month, now)
                for admin in admins
            ],
        )

    async def compose(self, due: Delivery, official: Official) -> Outbound:
        text = self.desk.catalog.say(
            official.language,
            "whatsapp.budget_reached",
            sent=self.ledger.spent.messages,
            budget=self.ledger.budget,
        )
        return Outbound(text, language=official.language)
