"""`/tutup PERIOD`: freeze a period's figures, after asking once. What comes later is a revision."""

from bot.ask import Ask, Replies
from bot.message import Choice, Outbound
from bot.phrase_report import period_words
from skm.closing import ClosingError, Head, Refusal, check_can_close
from skm.errors import PeriodError
from skm.official import Deed
from skm.period import Period
from skm.store import closings, log

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
        period = Period.parse(said)
        check_can_close(period, ask.desk.today)
        return await _close(ask, period) if sure else _asked(ask, period)
    except PeriodError:
        return ask.tell("closing.no_period", said=said[:60])
    except ClosingError as error:
        key = {Refusal.CLOSED: "closed_already"}.get(error.refusal, error.refusal.name.lower())
        return ask.tell(f"closing.{key}", period=period_words(ask, period))


def _asked(ask: Ask, period: Period) -> Replies:
    yes = Choice(ask.say("closing.yes"), f"/tutup {period} {YES}")
    text = ask.say("closing.sure", period=period_words(ask, period))
    return (Outbound(text, ((yes,),), language=ask.language),)


async def _close(ask: Ask, period: Period) -> Replies:
    now, today, by = ask.desk.now(), ask.desk.today, ask.official.id
    head = await ask.desk.db.write(lambda conn: closings.close(conn, period, today, now, by))
    await ask.desk.db.write(lambda conn: log.add(conn, by, Deed.CLOSED, str(period), now))
    return (Outbound(_line(ask, head), language=ask.language),)


async def _listed(ask: Ask) -> Replies:
    heads = await ask.desk.db.read(closings.listed)
    if not heads:
        return ask.tell("closing.none")
    return (Outbound("\n".join(_line(ask, head) for head in heads), language=ask.language),)


def _line(ask: Ask, head: Head) -> str:
    return ask.say(
        "closing.closed",
        period=period_words(ask, head.period),
        day=head.closed_at.astimezone(ask.desk.zone).date(),
        sha256=head.sha256[:SHOWN],
    )
