"""Which officials a message goes to, beside the one it was planned for."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import Official, Role
from skm.notices.delivery import DeliveryKind, PlannedDelivery
from skm.store.officials import deliveries, officials


async def admins(conn: AsyncConnection) -> list[Official]:
    """All admins of the instansi."""
    return [one for one in await officials.listed(conn) if one.role is Role.ADMIN]


async def wanting_alerts(conn: AsyncConnection) -> list[Official]:
    """The officials who want alerts and reminders."""
    return [one for one in await officials.listed(conn) if one.alerts]


def planned(
    kind: DeliveryKind, key: str, about: str, at: datetime, to: Iterable[Official]
) -> list[PlannedDelivery]:
    """A delivery to each official. `key`: with the kind and the official it makes each unique."""
    return [PlannedDelivery(f"{kind}:{key}:{one.id}", kind, one.id, about, at) for one in to]


async def report_blocked(conn: AsyncConnection, blocked: int, now: datetime) -> None:
    """Plan a message to every other admin, once for each official who cannot be reached."""
    others = [admin for admin in await admins(conn) if admin.id != blocked]
    plans = planned(DeliveryKind.BLOCKED, str(blocked), str(blocked), now, others)
    await deliveries.plan(conn, plans)
