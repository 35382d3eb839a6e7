"""Alerts: noticed from the rollup at each tick, told to the right official, repeated until taken.

`/siaga` lists and answers them: the buttons carry "/siaga 12 terima", "… besok", "… alihkan" and
"… kepada 5".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Desk, Replies
from bot.message import Choice, Outbound
from skm.alert import Alert, AlertKind, Raised, drop, lowest, right_officials, silent
from skm.delivery import Delivery, Kind, Plan
from skm.ikm import Tally
from skm.official import Action, Deed, Official, may
from skm.period import Kind as Span
from skm.period import Period
from skm.report import Report
from skm.store import alerts, deliveries, log, officials, subscriptions, tallies, upps

SHOWN, OTHERS = 5, 20
MORNING = time(7, 30)  # reminders come then, in the instansi's zone


@dataclass(frozen=True)
class Alarms:
    """`silent_days`: a unit without any response for that long is silent."""

    desk: Desk
    silent_days: int = 14

    # --- noticing --------------------------------------------------------------------------------

    async def notice(self, conn: AsyncConnection) -> None:
        """Raise what is new today and yesterday; what was raised before stays as it is."""
        today, now = self.desk.today, self.desk.now()
        found = []
        for day in (today - timedelta(days=1), today):
            counted = await tallies.by_upp(conn, day, day + timedelta(days=1))
            for code, by_instrument in counted.items():
                low = lowest(code, day, sum(by_instrument.values(), Tally.empty()))
                found += [low] if low else []
        found += await self._drops(conn)
        for code, last in (await alerts.last_days(conn)).items():
            quiet = silent(code, last, today, self.silent_days)
            found += [quiet] if quiet else []
        await alerts.put(conn, found, now)

    async def _drops(self, conn: AsyncConnection) -> list[Alert]:
        """Units whose band fell from the month before last to the last whole month."""
        month = Period.of(Span.MONTH, self.desk.today).previous()
        before = await tallies.by_upp(conn, month.previous().start, month.previous().end)
        found = []
        for code, now in (await tallies.by_upp(conn, month.start, month.end)).items():
            earlier = Report.of(code, month.previous(), before.get(code, {}))
            fell = drop(earlier, Report.of(code, month, now))
            found += [fell] if fell else []
        return found

    # --- telling ---------------------------------------------------------------------------------

    async def plan(self, conn: AsyncConnection) -> None:
        """A message to each official concerned, and the next one a day later if nobody takes it."""
        now = self.desk.now()
        wanting = {s.official for s, _ in await subscriptions.listed(conn) if s.alerts}
        people = [o for o in await officials.listed(conn) if o.id in wanting]
        plans = []
        for raised in await alerts.due(conn, now):
            lineage = await upps.lineage(conn, raised.alert.upp)
            for official in self._concerned(raised, people, lineage):
                day = now.astimezone(self.desk.zone).date()
                key = f"alert:{raised.id}:{official.id}:{day}"
                plans.append(Plan(key, Kind.ALERT, official.id, str(raised.id), now))
            await alerts.remind(conn, raised.id, tomorrow(self.desk))
        await deliveries.plan(conn, plans)

    def _concerned(
        self, raised: Raised, people: list[Official], lineage: Sequence[str]
    ) -> list[Official]:
        handed = [official for official in people if official.id == raised.official]
        return handed or right_officials(people, lineage)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound:
        """The message of an alert, with what to do about it."""

        async def read(conn: AsyncConnection) -> Outbound | None:
            raised = await alerts.by_id(conn, int(delivery.plan.about))
            return await self.message(conn, official, raised) if raised else None

        made = await self.desk.db.read(read)
        return made or Outbound(self.desk.catalog.say(official.language, "alert.unknown"))

    async def compose_blocked(self, delivery: Delivery, official: Official) -> Outbound:
        """Who cannot be reached any more."""
        about = int(delivery.plan.about)
        blocked = await self.desk.db.read(lambda conn: officials.by_id(conn, about))
        name = blocked.name if blocked else "–"
        text = self.desk.catalog.say(official.language, "alert.blocked", name=name)
        return Outbound(text, language=official.language)

    async def message(self, conn: AsyncConnection, official: Official, raised: Raised) -> Outbound:
        say, language = self.desk.catalog.say, official.language
        lines = [await self._sentence(conn, language, raised)]
        if self.desk.now() - raised.raised_at >= timedelta(hours=12):
            since = raised.raised_at.astimezone(self.desk.zone).date()
            lines.insert(0, say(language, "alert.again", since=since))
        if raised.official == official.id:
            lines.insert(0, say(language, "alert.handed"))
        rows = tuple(
            (Choice(say(language, f"alert.{word}"), f"/siaga {raised.id} {verb}"),)
            for word, verb in (("take", "terima"), ("hand", "alihkan"), ("later", "besok"))
        )
        return Outbound("\n".join(lines), rows, language=language)

    async def _sentence(self, conn: AsyncConnection, language: str, raised: Raised) -> str:
        alert = raised.alert
        upp = await upps.by_code(conn, alert.upp)
        values: dict[str, object] = {**alert.about, "upp": upp.name if upp else alert.upp}
        if alert.kind is AlertKind.LOWEST:
            names = self.desk.catalog.table(language, "unsur")
            values["unsur"] = "; ".join(names[unsur] for unsur in alert.about["unsur"].split(","))
        if "day" in alert.about:
            values["day"] = datetime.fromisoformat(alert.about["day"]).date()
        return self.desk.catalog.say(language, f"alert.{alert.kind}", **values)


async def answer(ask: Ask) -> Replies:
    """`/siaga` lists the open ones, `/siaga ID VERB [WHOM]` acts on one."""
    words = ask.subject.rest.split()
    if not words:
        return await _open(ask)
    if not words[0].isdecimal():
        return ask.tell("alert.unknown")
    verb = " ".join(words[1:])
    return await ask.desk.db.write(lambda conn: _act(conn, ask, int(words[0]), verb))


async def _open(ask: Ask) -> Replies:
    alarms = Alarms(ask.desk)

    async def read(conn: AsyncConnection) -> tuple[Outbound, ...]:
        raised = (await alerts.open_below(conn, ask.official.upp))[:SHOWN]
        return tuple([await alarms.message(conn, ask.official, one) for one in raised])

    return await ask.desk.db.read(read) or ask.tell("alert.none_open")


async def _act(conn: AsyncConnection, ask: Ask, alert: int, verb: str) -> Replies:
    raised = await alerts.by_id(conn, alert)
    lineage = await upps.lineage(conn, raised.alert.upp) if raised else []
    if raised is None or not may(ask.official, Action.READ, lineage):
        return ask.tell("alert.unknown")
    if raised.acknowledged_at:
        return ask.tell("alert.taken_already")
    now, name = ask.desk.now(), ask.official.name
    await log.add(conn, ask.official.id, Deed.FOLLOW_UP, f"siaga {alert} {verb}".strip(), now)
    if verb == "terima":
        await alerts.acknowledge(conn, alert, ask.official.id, now)
        return ask.tell("alert.taken", name=name)
    if verb == "besok":
        again = tomorrow(ask.desk)
        await alerts.remind(conn, alert, again)
        return ask.tell("alert.remind", day=again.date())
    return await _hand(conn, ask, raised, lineage, verb)


async def _hand(
    conn: AsyncConnection, ask: Ask, raised: Raised, lineage: Sequence[str], verb: str
) -> Replies:
    """To somebody who may see the unit; without a name the choice of them."""
    others = [
        official
        for official in await officials.listed(conn)
        if official.id != ask.official.id and may(official, Action.READ, lineage)
    ]
    whom = [official for official in others if verb == f"kepada {official.id}"]
    if whom:
        await alerts.hand(conn, raised.id, whom[0].id, ask.desk.now())
        return ask.tell("alert.given", name=whom[0].name)
    if not others:
        return ask.tell("alert.nobody_else")
    rows = tuple(
        (Choice(official.name, f"/siaga {raised.id} kepada {official.id}"),)
        for official in others[:OTHERS]
    )
    return (Outbound(ask.say("alert.choose"), rows, language=ask.language),)


def tomorrow(desk: Desk) -> datetime:
    """Tomorrow morning where the instansi is."""
    return datetime.combine(desk.today + timedelta(days=1), MORNING, desk.zone)
