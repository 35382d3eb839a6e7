"""`/tutup PERIOD`: freeze a period's figures, after asking once. What comes later is a revision."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.message import Choice, Outbound
from bot.phrase_period import capital
from bot.phrase_report import period_words
from bot.subject import period_in
from skm.closing import ClosingError, Head, Refusal
from skm.errors import PeriodError
from skm.official import Deed
from skm.period import Period
from skm.store import closings, log, reports

YES = "ya"
SHOWN = 16  # characters of the SHA-256 that people compare


async def answer(ask: Ask) -> Replies:
    """Ask, or with "ya" close; without a period, what is closed."""
    words = ask.subject.rest.split()
    sure = bool(words) and words[-1].lower() == YES
    said = " ".join(words[:-1] if sure else words)
    if not said:
        return await _listed(ask)
    try:
        period = period_in(said, ask.desk.today) or Period.parse(said)
        if sure:
            head = await ask.desk.db.write(lambda conn: _close(conn, ask, period))
            return (Outbound(_line(ask, head), language=ask.language),)
        return (await ask.desk.db.read(lambda conn: _asked(conn, ask, period)),)
    except PeriodError:
        return ask.tell("closing.no_period", said=said[:60])
    except ClosingError as error:
        key = {Refusal.CLOSED: "closed_already"}.get(error.refusal, error.refusal.name.lower())
        said = ask.say(f"closing.{key}", period=period_words(ask, period))
        return (Outbound(capital(said), language=ask.language),)


async def _asked(conn: AsyncConnection, ask: Ask, period: Period) -> Outbound:
    """What would be frozen, with the button that does it. Raises ClosingError if it cannot be."""
    await closings.check(conn, period, ask.desk.today)
    found = await reports.shown_instansi(conn, period)
    figures = ask.say(
        "closing.figures",
        n=found.gabungan.responden,
        upp=len(found.terukur),
        mean=found.rerata_upp,
        pooled=found.gabungan.ikm,
    )
    yes = Choice(ask.say("closing.yes"), f"/tutup {period} {YES}")
    text = ask.say("closing.sure", period=period_words(ask, period))
    told = f"{text}\n{figures}" if found.gabungan.open else text
    return Outbound(told, ((yes,),), language=ask.language)


async def _close(conn: AsyncConnection, ask: Ask, period: Period) -> Head:
    """Freeze it, with its line in the log, or neither."""
    now, by = ask.desk.now(), ask.official.id
    head = await closings.close(conn, period, ask.desk.today, now, by, ask.desk.asked)
    await log.add(conn, by, Deed.CLOSED, str(period), now)
    return head


async def _listed(ask: Ask) -> Replies:
    heads = await ask.desk.db.read(closings.listed)
    if not heads:
        return ask.tell("closing.none")
    return (Outbound("\n".join(_line(ask, head) for head in heads), language=ask.language),)


def _line(ask: Ask, head: Head) -> str:
    said = ask.say(
        "closing.closed",
        period=period_words(ask, head.period),
        day=head.closed_at.astimezone(ask.desk.zone).date(),
        sha256=head.sha256[:SHOWN],
    )
    return capital(said)
