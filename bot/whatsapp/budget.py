"""Tells the admins once a month that the month's budget for messages is used up."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.catalog import Catalog
from bot.messaging.message import Outbound
from bot.scheduled.recipients import admins, planned
from bot.whatsapp.ledger import Ledger
from skm.instansi.official import Official
from skm.notices.delivery import Delivery, DeliveryKind
from skm.store.database.database import Database
from skm.store.officials import deliveries


@dataclass(frozen=True)
class Budget:
    """Plans the messages to the admins, and words them when they are due."""

    db: Database
    catalog: Catalog
    ledger: Ledger

    async def check(self) -> None:
        """Plans a message to each admin if all replicas together have used up the budget."""
        if not self.ledger.budget:
            return
        await self.ledger.refresh()
        if not self.ledger.is_offered():
            await self.db.write(self._plan)

    async def _plan(self, conn: AsyncConnection) -> None:
        now, month = self.ledger.now(), self.ledger.month
        plans = planned(DeliveryKind.BUDGET, month, month, now, await admins(conn))
        await deliveries.plan(conn, plans)

    async def compose(self, due: Delivery, official: Official) -> Outbound:
        text = self.catalog.say(
            official.language,
            "whatsapp.budget_reached",
            sent=self.ledger.spent.messages,
            budget=self.ledger.budget,
        )
        return Outbound(text, language=official.language)
