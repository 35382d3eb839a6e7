"""`/kesehatan`: what went out, to whom, what failed and why, and resending that; what could not be
taken."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.message import Choice, Outbound
from skm.delivery import Delivery, State
from skm.store import asides, deliveries, officials

LOOK_BACK = timedelta(days=7)
NAMED = 8
RESEND = "ulang"
OVER = (State.FAILED, State.BLOCKED, State.UNKNOWN)


async def answer(ask: Ask) -> Replies:
    """`/kesehatan`, or `/kesehatan ulang`: make what failed (and only that) due again."""
    since = ask.desk.now() - LOOK_BACK
    resent = None
    if ask.subject.rest.strip() == RESEND:
        resent = await ask.desk.db.write(lambda conn: resend(conn, ask, (State.FAILED,)))

    async def read(conn: AsyncConnection) -> tuple[list[Delivery], dict[int, str], int]:
        names = {official.id: official.name for official in await officials.listed(conn)}
        aside = len(await asides.listed(conn, since))
        return await deliveries.listed(conn, since), names, aside

    found, names, aside = await ask.desk.db.read(read)
    shown = _shown(ask, found, names, resent)
    if aside:
        shown = replace(shown, text=f"{shown.text}\n\n{ask.say('health.aside', count=aside)}")
    return (shown,)


async def resend(conn: AsyncConnection, ask: Ask, states: tuple[State, ...]) -> int:
    """How many became due again; each with the content it had."""
    now = ask.desk.now()
    over = await deliveries.listed(conn, now - LOOK_BACK, states)
    return await deliveries.again(conn, [delivery.id for delivery in over], now)


def _shown(ask: Ask, found: list[Delivery], names: dict[int, str], resent: int | None) -> Outbound:
    def say(key: str, **values: object) -> str:
        return ask.say(f"health.{key}", **values)

    lines = [] if resent is None else [say("resent", count=resent)]
    lines.append(say("title"))
    counts = Counter(delivery.state for delivery in found)
    lines += [
        say("line", state=say(state), count=counts[state]) for state in State if counts[state]
    ]
    if not found:
        lines.append(say("none"))
    for delivery in [one for one in found if one.state in OVER][:NAMED]:
        plan = delivery.plan
        name = names.get(plan.official, "–")
        lines.append(say("detail", name=name, what=plan.about, error=delivery.error or ""))
    rows: tuple[tuple[Choice, ...], ...] = ()
    if counts[State.FAILED]:
        rows = ((Choice(say("resend"), f"/kesehatan {RESEND}"),),)
    return Outbound("\n".join(lines), rows, language=ask.language)
