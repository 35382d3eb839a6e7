"""`/kesehatan`: the deliveries of the last week, which failed and why, and messages not processed;
`/kesehatan ulang` sends the failed deliveries again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Replies
from bot.request.request import Request
from bot.words.names import official_name
from skm.instansi.official import AuditEvent
from skm.notices.delivery import Delivery, DeliveryState
from skm.store.officials import audit_log, deliveries, officials, unreadable

LOOK_BACK = timedelta(days=7)
DETAILED = 8  # deliveries whose error is shown
RESEND = "ulang"
NOT_DELIVERED = (DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN)


async def answer(request: Request) -> Replies:
    """The state of deliveries, after failed ones were made due again if that was asked."""
    since = request.now - LOOK_BACK
    lines = []
    if request.subject.rest.strip() == RESEND:
        count = await request.db.write(lambda conn: _resend(conn, request))
        lines.append(request.say("health.resent", count=count))

    async def read(conn: AsyncConnection) -> tuple[list[Delivery], dict[int, str], int]:
        catalog, language = request.instansi.catalog, request.language
        names = {
            official.id: official_name(catalog, language, official)
            for official in await officials.listed(conn)
        }
        not_processed = len(await unreadable.listed(conn, since))
        return await deliveries.listed(conn, since), names, not_processed

    found, names, not_processed = await request.db.read(read)
    lines += _lines(request, found, names)
    if not_processed:
        lines += ["", request.say("health.unreadable", count=not_processed)]
    failed = any(delivery.state is DeliveryState.FAILED for delivery in found)
    button = Choice(request.say("health.resend"), f"/kesehatan {RESEND}")
    return (request.topic.message("\n".join(lines), ((button,),) if failed else ()),)


async def _resend(conn: AsyncConnection, request: Request) -> int:
    """Makes failed deliveries due again with the content they had; returns how many."""
    since = request.now - LOOK_BACK
    failed = await deliveries.listed(conn, since, (DeliveryState.FAILED,))
    count = await deliveries.resend(conn, [delivery.id for delivery in failed], request.now)
    if count:
        about = str(count)
        await audit_log.add(conn, request.official.id, AuditEvent.RESENT, about, request.now)
    return count


def _lines(request: Request, found: Sequence[Delivery], names: Mapping[int, str]) -> list[str]:
    """How many are in each state, then the errors of those that were not delivered."""
    counts = Counter(delivery.state for delivery in found)
    lines = [request.say("health.title")]
    lines += [
        request.say("health.line", state=request.say(f"health.{state}"), count=counts[state])
        for state in DeliveryState
        if counts[state]
    ]
    if not found:
        lines.append(request.say("health.none"))
    for delivery in [one for one in found if _has_not_arrived(one)][:DETAILED]:
        plan, error = delivery.plan, delivery.error or ""
        name = names.get(plan.official, "–")
        lines.append(request.say("health.detail", name=name, what=plan.about, error=error))
    return lines


def _has_not_arrived(delivery: Delivery) -> bool:
    """Also one that waits for something, such as an approved template."""
    waits = delivery.state is DeliveryState.DUE and delivery.error is not None
    return waits or delivery.state in NOT_DELIVERED
