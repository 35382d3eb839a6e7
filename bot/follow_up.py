"""`/tindaklanjut`: the three unsur to mend, planned and done. Buttons carry the typed form.

"/tl PAJANG 2026-Q3" shows them, "… U3" one of them; "… U3 rencana" and "… U3 selesai" begin a
draft, and what is typed next goes into it (the inbox sends it here as "… U3 tulis TEXT").
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Desk, Replies, Subject
from bot.phrase_follow_up import PhraseFollowUp
from bot.subject import unit_and_period
from skm.errors import PeriodError
from skm.official import Deed, Official
from skm.period import Period
from skm.store import drafts, follow_ups, log, upps
from skm.store.drafts import Draft
from skm.tindak_lanjut import Done, Plan, Refusal, TindakLanjut, TindakLanjutError
from skm.unsur import Unsur
from skm.upp import Upp

LONGEST = 400  # characters of a plan or a note

_ABOUT = re.compile(r"(.*?)(?:(?<!\S)(U[1-9])(?:\s+(\w+)(?:\s+(.*))?)?)?\s*", re.I | re.S)


async def ended(conn: AsyncConnection, desk: Desk, official: Official, argument: str) -> Subject:
    """A unit and the last period of its kind that is over: before that nobody knows what to mend.

    `rest`: an unsur, and what to do about it. Raises Unclear.
    """
    found = _ABOUT.fullmatch(argument)
    unit, *rest = found.groups("") if found else (argument,)
    subject = await unit_and_period(conn, desk, official, unit)
    period = subject.period
    while period.end > desk.today:
        period = period.previous()
    return replace(subject, period=period, form="", rest=" ".join(rest).strip())


async def answer(ask: Ask) -> Replies:
    """Show them, or do something about one."""
    unit = ask.subject.upp
    if unit is None:
        return await _city(ask)
    name, verb, text = (*ask.subject.rest.split(maxsplit=2), "", "", "")[:3]
    if not name:
        return await _overview(ask, unit)
    return await ask.desk.db.write(
        lambda conn: _about(conn, ask, unit, Unsur(name.upper()), verb.lower(), text)
    )


async def _city(ask: Ask) -> Replies:
    async def read(conn: AsyncConnection) -> Replies:
        found = await follow_ups.of_all(conn, ask.subject.period)
        names = {unit.code: unit.name for unit in await upps.listed(conn)}
        return (PhraseFollowUp(ask).city(found, names),)

    return await ask.desk.db.read(read)


async def _overview(ask: Ask, unit: Upp) -> Replies:
    period = ask.subject.period

    async def read(conn: AsyncConnection) -> Replies:
        before = await follow_ups.of(conn, unit, period.previous())
        return (PhraseFollowUp(ask).overview(await follow_ups.of(conn, unit, period), before),)

    return await ask.desk.db.read(read)


async def _about(
    conn: AsyncConnection, ask: Ask, unit: Upp, unsur: Unsur, verb: str, text: str
) -> Replies:
    """One of the three, after what was done about it."""
    items = await follow_ups.of(conn, unit, ask.subject.period)
    item = next((item for item in items if item.unsur is unsur), None)
    if item is None:
        return ask.tell("tindak_lanjut.not_one", unsur=ask.say(f"unsur_short.{unsur}"))
    one = _One(ask, unit, item)
    try:
        match verb:
            case "rencana":
                return await one.begins(conn, finishing=False)
            case "selesai":
                return await one.begins(conn, finishing=True)
            case "buka":
                return await one.changes(conn, item.reopened(), verb)
            case "tulis" | "batas" | "saya":
                return await one.goes_on(conn, ask.official.name if verb == "saya" else text)
            case _:
                await drafts.drop(conn, ask.official.id)
                return (one.phrase.item(item),)
    except TindakLanjutError as error:
        return (one.phrase.item(item, refused(ask, error.refusal)),)


def refused(ask: Ask, refusal: Refusal) -> str:
    return ask.say(f"tindak_lanjut.{refusal.name.lower()}")


class _One:
    """A follow-up that somebody writes about."""

    def __init__(self, ask: Ask, unit: Upp, item: TindakLanjut) -> None:
        self.ask, self.unit, self.item = ask, unit, item
        self.phrase = PhraseFollowUp(ask)
        self.about = f"{unit.code} {item.period} {item.unsur}"

    async def begins(self, conn: AsyncConnection, *, finishing: bool) -> Replies:
        """A new draft, unless it could not be stored in the end."""
        if finishing and self.item.plan is None:
            raise TindakLanjutError(Refusal.NO_PLAN)
        if not finishing and self.item.done:
            raise TindakLanjutError(Refusal.IS_DONE)
        return await self._keeps(conn, Draft(self.ask.official.id, self.about, finishing))

    async def goes_on(self, conn: AsyncConnection, text: str) -> Replies:
        """What was typed or chosen, into the draft."""
        draft = await drafts.of(conn, self.ask.official.id, self.ask.desk.now())
        said = text.strip()[:LONGEST]
        if draft is None or draft.about != self.about or not said:
            return (self.phrase.item(self.item, self.ask.say("tindak_lanjut.lapsed")),)
        if draft.finishing:
            finished = self.item.finished(Done(self.ask.desk.today, said))
            return await self.changes(conn, finished, "selesai")
        if draft.action is None:
            return await self._keeps(conn, draft.with_action(said))
        if draft.deadline is None:
            return await self._takes_deadline(conn, draft, said)
        plan = Plan(draft.action, draft.deadline, said)
        return await self.changes(conn, self.item.planned(plan, self.ask.desk.today), "rencana")

    async def _takes_deadline(self, conn: AsyncConnection, draft: Draft, said: str) -> Replies:
        today = self.ask.desk.today
        day = day_of(said, today)
        if day and day >= today:
            return await self._keeps(conn, draft.with_deadline(day))
        key = "past_deadline" if day else "no_day"
        note = self.ask.say(f"tindak_lanjut.{key}")
        return (self.phrase.asks(draft, self.item.unsur, note),)

    async def _keeps(self, conn: AsyncConnection, draft: Draft) -> Replies:
        await drafts.keep(conn, draft, self.ask.desk.now())
        return (self.phrase.asks(draft, self.item.unsur),)

    async def changes(self, conn: AsyncConnection, item: TindakLanjut, deed: str) -> Replies:
        """Store it, and write down who did."""
        official, now = self.ask.official.id, self.ask.desk.now()
        await follow_ups.put(conn, self.unit, item)
        await drafts.drop(conn, official)
        await log.add(conn, official, Deed.FOLLOW_UP, f"{self.about} {deed}", now)
        return (self.phrase.item(item, self.ask.say("tindak_lanjut.saved")),)


def day_of(text: str, today: date) -> date | None:
    """The day that was typed: "31-12-2026", "31 Desember", or the last one of "Desember 2026"."""
    for said in (text, f"{text} {today.year}"):
        try:
            return Period.parse(said).end - timedelta(days=1)
        except PeriodError:
            continue
    return None
