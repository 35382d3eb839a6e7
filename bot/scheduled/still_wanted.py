"""Whether a planned message is still to be sent, asked when it is about to be sent.

Between planning and sending (or between two attempts, hours later) an official may have
unsubscribed, turned alerts off, lost a role, or another may have taken the alert.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import Action, Official, Role, may
from skm.instansi.period import Period
from skm.notices.delivery import Delivery, DeliveryKind
from skm.notices.subscription import KIND
from skm.store.officials import alerts, subscriptions
from skm.store.survey import upps


async def still_wanted(conn: AsyncConnection, delivery: Delivery, official: Official) -> bool:
    """Whether the official still wants this delivery and may get it."""
    match delivery.plan.kind:
        case DeliveryKind.DIGEST:
            return await _is_subscribed(conn, delivery, official)
        case DeliveryKind.LOWEST | DeliveryKind.ALERT:
            return await _is_concerned(conn, delivery, official)
        case DeliveryKind.FOLLOW_UP:
            own = (official.upp,) if official.upp else ()
            return official.alerts and may(official, Action.FOLLOW_UP, own)
        case DeliveryKind.SUBMISSION:
            own = (official.upp,) if official.upp else ()
            return official.alerts and may(official, Action.HAND_IN, own)
        case _:  # about the deployment and its officials
            return official.role is Role.ADMIN


async def _is_subscribed(conn: AsyncConnection, delivery: Delivery, official: Official) -> bool:
    """Whether a subscription to digests of such a period is there."""
    kind = Period.parse(delivery.plan.about).kind
    held = await subscriptions.of(conn, official.id)
    return any(KIND[one.frequency] is kind for one in held)


async def _is_concerned(conn: AsyncConnection, delivery: Delivery, official: Official) -> bool:
    """Whether the alert is open and not handed to another, and the official wants alerts and may
    read of its unit.
    """
    if not delivery.plan.about.isdecimal():  # it stands for all that are open
        return official.alerts
    raised = await alerts.by_id(conn, int(delivery.plan.about))
    if raised is None or raised.acknowledged_at or not official.alerts:
        return False
    if raised.official not in (None, official.id):
        return False
    return may(official, Action.READ, await upps.lineage(conn, raised.alert.upp))
