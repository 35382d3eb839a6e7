"""Scheduled upkeep of the database: lapsed visits, expired messages and data, partitions."""

from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.inbox import Inbox
from bot.scheduled.clock import Duty
from bot.scheduled.unreadable import FORGET
from skm.privacy.pseudonym import pseudonym
from skm.privacy.retention import keeps_from
from skm.store.database.database import Conflict
from skm.store.officials import confirmations, officials, sent_messages, sessions, unreadable
from skm.store.survey import networks, received, visits
from skm.store.upkeep import forget, partition
from skm.store.upkeep.purge import Purge
from skm.survey.visit import Visit

REMEMBER = timedelta(days=8)  # message ids; messengers redeliver for at most a week
REPORTED = timedelta(days=30)  # after sending; WhatsApp gives up undelivered messages by then
BATCH = 200  # visits closed between two reads
DAILY = timedelta(days=1)


def housekeeping(inbox: Inbox, retention_months: int) -> list[Duty]:
    """`retention_months`: after which data that could identify people is deleted; 0: never."""
    move_officials = Duty("recognise officials", partial(_move_officials, inbox), every=DAILY)
    return [
        Duty("lapse", partial(lapse, inbox)),
        Duty("forget messages", partial(_forget, inbox), every=timedelta(hours=1)),
        Duty("wipe", inbox.db.wipe, every=timedelta(minutes=10)),
        Duty("part of next year", partial(_partition, inbox), every=DAILY),
        *([move_officials] if inbox.rules.old_key else []),
        Duty("purge", partial(purge, inbox, retention_months), every=DAILY),
    ]


async def lapse(inbox: Inbox) -> int:
    """Close the visits that lapsed; returns how many."""
    closed = 0
    before = inbox.now() - inbox.rules.lapse_after
    while idle := await inbox.db.read(lambda conn: visits.idle(conn, before, BATCH)):
        for visit in idle:
            closed += await inbox.db.write(partial(_close, inbox, visit))
        if len(idle) < BATCH:
            break
    return closed


async def _close(inbox: Inbox, visit: Visit, conn: AsyncConnection) -> bool:
    """False if the person came back at this moment."""
    try:
        await inbox.visits.close(conn, visit, inbox.now())
    except Conflict:
        return False
    return True


async def purge(inbox: Inbox, months: int) -> None:
    """Delete what is older than the retention period."""
    before = keeps_from(inbox.now().astimezone(inbox.rules.zone).date(), months)
    if before:
        await Purge(inbox.db, before, inbox.rules.zone).run()


async def _move_officials(inbox: Inbox) -> None:
    """While the key is being changed, give officials their new pseudonym before they write.

    Possible since in a private chat the address is the user's id on every channel.
    """
    old_key, key = inbox.rules.old_key, inbox.rules.key

    async def write(conn: AsyncConnection) -> None:
        for one in await officials.listed(conn):
            old = pseudonym(old_key, one.channel, one.address)
            await forget.rekey(conn, old, pseudonym(key, one.channel, one.address))

    await inbox.db.write(write)


async def _forget(inbox: Inbox) -> None:
    now = inbox.now()
    await inbox.db.write(lambda conn: received.purge(conn, now - REMEMBER))
    await inbox.db.write(lambda conn: unreadable.purge(conn, now - FORGET))
    await inbox.db.write(lambda conn: sent_messages.purge(conn, now - REPORTED))
    await inbox.db.write(lambda conn: confirmations.purge(conn, now))
    await inbox.db.write(lambda conn: sessions.purge(conn, now))
    today = now.astimezone(inbox.rules.zone).date()
    await inbox.db.write(lambda conn: networks.end_days(conn, today))


async def _partition(inbox: Inbox) -> None:
    today = inbox.now().astimezone(inbox.rules.zone).date()
    await inbox.db.write(lambda conn: partition.ahead(conn, today))
