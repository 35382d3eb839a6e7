"""`/langganan`: what an official wants to hear, and when. Buttons carry the typed form."""

from collections.abc import Sequence
from datetime import time

from babel.dates import get_day_names
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.message import Choice, Outbound
from bot.reply import folded
from skm.official import Deed
from skm.store import log, subscriptions
from skm.subscription import Frequency, Subscription

FREQUENCIES = {
    "harian": Frequency.DAILY,
    "mingguan": Frequency.WEEKLY,
    "bulanan": Frequency.MONTHLY,
    "triwulanan": Frequency.QUARTERLY,
    **{str(frequency): frequency for frequency in Frequency},
}
TYPED = {frequency: word for word, frequency in reversed(FREQUENCIES.items())}
DAYS = {
    word: day
    for day, words in enumerate(
        ["senin monday", "selasa tuesday", "rabu wednesday", "kamis thursday", "jumat friday",
         "sabtu saturday", "minggu ahad sunday"]
    )
    for word in words.split()
}  # fmt: skip
STOP, ALERTS_ON, ALERTS_OFF = "berhenti", "siaga aktif", "siaga mati"


async def answer(ask: Ask) -> Replies:
    """Show it, or change it first: "mingguan senin 07.30", "mingguan berhenti", "siaga mati"."""
    said = ask.subject.rest.lower().replace("jum'at", "jumat").strip()
    if said:
        changed = await ask.desk.db.write(lambda conn: _change(conn, ask, said))
        if not changed:
            return ask.tell("subscription.not_understood")
    held = await ask.desk.db.read(lambda conn: subscriptions.of(conn, ask.official.id))
    return (_shown(ask, held, saved=bool(said)),)


def parse(said: str, official: int, held: Sequence[Subscription]) -> Subscription | None:
    """A subscription as people type it; what they leave out stays as it was. None: not readable."""
    words = folded(said.replace(".", ":").replace(":", " : ")).split()
    frequency = next((FREQUENCIES[word] for word in words if word in FREQUENCIES), None)
    if frequency is None:
        return None
    old = next((one for one in held if one.frequency is frequency), Subscription(official))
    numbers = [int(word) for word in words if word.isdecimal()]
    at = old.at
    if numbers:
        hour, minute = (*numbers, 0)[:2]
        if not (hour < 24 and minute < 60):
            return None
        at = time(hour, minute)
    day = next((DAYS[word] for word in words if word in DAYS), old.weekday)
    alerts = held[0].alerts if held else True
    return Subscription(official, frequency, day, at, alerts)


async def _change(conn: AsyncConnection, ask: Ask, said: str) -> bool:
    """Whether it was understood."""
    official, now = ask.official.id, ask.desk.now()
    held = await subscriptions.of(conn, official)
    if said in (ALERTS_ON, ALERTS_OFF):
        for one in held or [Subscription(official)]:
            on = said == ALERTS_ON
            new = Subscription(official, one.frequency, one.weekday, one.at, on)
            await subscriptions.put(conn, new, now)
    else:
        wanted = parse(said, official, held)
        if wanted is None:
            return False
        if STOP in said.split():
            await subscriptions.remove(conn, official, wanted.frequency)
        else:
            await subscriptions.put(conn, wanted, now)
    await log.add(conn, official, Deed.SUBSCRIBED, said[:60], now)
    return True


def _shown(ask: Ask, held: Sequence[Subscription], *, saved: bool) -> Outbound:
    def say(key: str, **values: object) -> str:
        return ask.say(f"subscription.{key}", **values)

    lines = [say("saved")] if saved else []
    lines += [say("title") if held else say("none")]
    days = get_day_names("wide", locale=ask.language)
    for one in held:
        at = one.at.strftime("%H.%M")
        lines.append(say(f"line_{one.frequency}", at=at, weekday=str(days[one.weekday])))
    alerts = any(one.alerts for one in held)
    if held:
        lines.append(say("alerts_on" if alerts else "alerts_off"))
    lines += ["", say("how")]
    return Outbound("\n".join(lines), _buttons(ask, held, alerts), language=ask.language)


def _buttons(
    ask: Ask, held: Sequence[Subscription], alerts: bool
) -> tuple[tuple[Choice, ...], ...]:
    """Each frequency can be had or stopped; alerts belong to whoever is subscribed."""
    has = {one.frequency for one in held}
    rows = []
    for frequency in Frequency:
        name, typed = ask.say(f"subscription.{frequency}"), TYPED[frequency]
        if frequency in has:
            stop = f"{ask.say('subscription.stop')}: {name}"
            rows.append((Choice(stop, f"/langganan {typed} {STOP}"),))
        else:
            rows.append((Choice(name, f"/langganan {typed}"),))
    word, typed = ("turn_off", ALERTS_OFF) if alerts else ("turn_on", ALERTS_ON)
    return (*rows, (Choice(ask.say(f"subscription.{word}"), f"/langganan {typed}"),))
