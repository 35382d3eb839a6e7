"""`/langganan`: which digests an official gets and when, and, apart from them, whether alerts.

Buttons carry the command as it would be typed: "/langganan weekly stop".
"""

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound, Replies, Rows
from bot.messaging.vocabulary import Vocabulary
from bot.request.request import Request
from skm.instansi.find_upp import folded
from skm.instansi.official import AuditEvent
from skm.notices.subscription import Frequency, Subscription
from skm.store.officials import audit_log, officials, subscriptions

FREQUENCIES, MONTHLY = frozenset(Frequency), Frequency.MONTHLY
STOP, ALERTS, ON, OFF = "stop", "alerts", "on", "off"
AT, DAY = "at", "day_of_month"
"""Meanings in [typed.subscription]."""


async def answer(request: Request) -> Replies:
    """Shows the subscriptions, after a change: "mingguan senin 07.30", "mingguan berhenti" or
    "siaga mati".
    """
    typed = request.subject.rest.lower().replace("'", "").strip()
    if typed and not await request.db.write(lambda conn: _change(conn, request, typed)):
        return request.reply("subscription.not_understood")
    return (await request.db.read(lambda conn: _message(conn, request, saved=bool(typed))),)


async def _change(conn: AsyncConnection, request: Request, typed: str) -> bool:
    """Whether the text was understood; then the change is stored, and in the audit log if it was
    one.
    """
    official, meanings = request.official.id, request.vocabulary.meanings("subscription")
    meant = {meanings[word] for word in typed.split() if word in meanings}
    before = await _written(conn, official)
    if ALERTS in meant and meant & {ON, OFF}:
        await officials.set_alerts(conn, official, ON in meant)
    else:
        held = await subscriptions.of(conn, official)
        wanted = parse(typed, official, held, request.vocabulary)
        if wanted is None:
            return False
        if STOP in meant:
            await subscriptions.remove(conn, official, wanted.frequency)
        else:
            await subscriptions.put(conn, wanted, request.now)
    after = await _written(conn, official)
    if before != after:
        about = audit_log.changed(before, after)
        await audit_log.add(conn, official, AuditEvent.SUBSCRIBED, about, request.now)
    return True


async def _written(conn: AsyncConnection, official: int) -> str:
    """ "weekly 0 07:30, alerts": what an official gets, as the audit log keeps it."""
    held = await subscriptions.of(conn, official)
    person = await officials.by_id(conn, official)
    parts = [f"{one.frequency} {one.weekday} {one.at:%H:%M}" for one in held]
    return ", ".join([*parts, *(["alerts"] if person and person.alerts else [])])


def parse(
    typed: str, official: int, held: Sequence[Subscription], vocabulary: Vocabulary
) -> Subscription | None:
    """The subscription that was typed; what is left out stays as it was in `held`.

    None if anything is not understood: no frequency, an impossible time ("25.00"), a day of the
    month other than the first, or any other word.
    """
    words = folded(typed.replace(".", " ")).split()
    meanings, weekdays = vocabulary.meanings("subscription"), vocabulary.meanings("weekday")
    frequencies = [one for word in words if (one := meanings.get(word)) in FREQUENCIES]
    days = [int(weekdays[word]) - 1 for word in words if word in weekdays]
    if MONTHLY in frequencies:
        words = _without_first_day(words, meanings)
    numbers = [word for word in words if word.isdecimal()]
    known = {*meanings, *weekdays, *numbers}
    other_day = any(meanings.get(word) == DAY for word in words)
    if (
        len(frequencies) != 1
        or other_day
        or len(days) > 1
        or len(numbers) > 2
        or not known.issuperset(words)
    ):
        return None
    frequency = Frequency(frequencies[0])
    old = next((one for one in held if one.frequency is frequency), Subscription(official))
    try:
        at = time(int(numbers[0]), int(numbers[1]) if numbers[1:] else 0) if numbers else old.at
    except (ValueError, OverflowError):
        return None
    return Subscription(official, frequency, days[0] if days else old.weekday, at)


def _without_first_day(words: list[str], meanings: Mapping[str, str]) -> list[str]:
    """The words without "tanggal 1", the day on which monthly digests are sent."""
    for at, (word, number) in enumerate(pairwise(words)):
        if meanings.get(word) == DAY and number == "1":
            return words[:at] + words[at + 2 :]
    return words


async def _message(conn: AsyncConnection, request: Request, *, saved: bool) -> Outbound:
    """What is stored now, with the buttons that change it."""
    held = await subscriptions.of(conn, request.official.id)
    official = await officials.by_id(conn, request.official.id)
    alerts = official is not None and official.alerts
    lines = [request.say("subscription.saved")] if saved else []
    lines.append(request.say("subscription.title" if held else "subscription.none"))
    for one in held:
        weekday = request.instansi.catalog.weekday(request.language, one.weekday)
        at = one.at.strftime("%H.%M")
        lines.append(request.say(f"subscription.line_{one.frequency}", at=at, weekday=weekday))
    lines.append(request.say("subscription.alerts_on" if alerts else "subscription.alerts_off"))
    lines += ["", request.say("subscription.how")]
    return request.topic.message("\n".join(lines), _buttons(request, held, alerts))


def _buttons(request: Request, held: Sequence[Subscription], alerts: bool) -> Rows:
    """One for each frequency, to subscribe or to stop, and one for alerts."""
    has = {one.frequency for one in held}
    rows = []
    for frequency in Frequency:
        name = request.say(f"subscription.{frequency}")
        if frequency in has:
            stop = f"{request.say('subscription.stop')}: {name}"
            rows.append((Choice(stop, f"/langganan {frequency} {STOP}"),))
        else:
            rows.append((Choice(name, f"/langganan {frequency}"),))
    key, state = ("turn_off", OFF) if alerts else ("turn_on", ON)
    switch = Choice(request.say(f"subscription.{key}"), f"/langganan {ALERTS} {state}")
    return (*rows, (switch,))
