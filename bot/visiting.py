"""A person's visit: found, advanced, saved and shown, inside the inbox's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import Limits
from bot.message import Inbound, Outbound
from bot.phrase import Phrase
from bot.settings import Settings
from skm.event import Event, EventType
from skm.instrument import Instrument
from skm.interview import (
    Disposition,
    Interview,
    Note,
    Prompt,
    Stage,
    broke_off_at,
    is_complete,
    prompt,
)
from skm.store import officials, responses, tickets, visits
from skm.turn import Turn, advance
from skm.visit import Visit, response_of

Replies = tuple[Outbound, ...]


@dataclass(frozen=True)
class Rules:
    """What an operator may set about the conversation.

    `repeat_after`: how long one person's answer at one collector stands before another is taken.
    `lapse_after`: how long an unfinished interview waits. `zone`: where a day begins and ends.
    `old_key`: the key before this one, by which people may still be known; empty: none.
    """

    key: bytes = field(repr=False)
    zone: tzinfo
    old_key: bytes = field(default=b"", repr=False)
    repeat_after: timedelta = timedelta(days=1)
    lapse_after: timedelta = timedelta(days=3)
    language: str = "id"

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """What the settings say."""
        return cls(
            key=settings.key,
            old_key=settings.old_key,
            zone=settings.zone,
            repeat_after=settings.repeat_after,
            lapse_after=settings.lapse_after,
            language=settings.language,
        )


@dataclass(frozen=True)
class Person:
    """Who did it, when, and what it was: what every step needs."""

    inbound: Inbound
    respondent: str
    now: datetime


@dataclass(frozen=True)
class Visiting:
    """What is done with the visit that somebody has open."""

    phrase: Phrase
    rules: Rules
    limits: Mapping[str, Limits]

    @property
    def instrument(self) -> Instrument:
        return self.phrase.instrument

    async def open_visit(self, conn: AsyncConnection, person: Person) -> Visit | None:
        """The person's open visit; one that lapsed or has another instrument is closed first."""
        visit = await visits.open_of(conn, person.respondent)
        if visit is None:
            return None
        if self.is_over(visit, person.now):
            await self.close(conn, visit, person.now)
            return None
        return visit

    def is_over(self, visit: Visit, now: datetime) -> bool:
        """Nobody came back in time, or the questions are not the same any more."""
        old = visit.instrument != self.instrument.version
        return old or visit.lapsed(now, self.rules.lapse_after)

    async def close(self, conn: AsyncConnection, visit: Visit, now: datetime) -> Visit:
        """What is left open counts as a break-off; the address and the answers go."""
        ended = advance(visit.interview, Event(EventType.LAPSE), self.instrument).interview
        closed = replace(visit, interview=ended, address=None)
        await visits.close(conn, closed, now, broke_off_at(ended, self.instrument))
        return closed

    async def advanced(
        self, conn: AsyncConnection, person: Person, visit: Visit, event: Event
    ) -> Replies:
        turn = self._spared(advance(visit.interview, event, self.instrument), visit.channel)
        after = replace(visit, interview=turn.interview, touched_at=person.now)
        if turn.interview != visit.interview:
            refused = await self._save(conn, visit, after, person.now)
            if refused:
                return (refused,)
        return (self.drawn(after, turn.prompt, person.inbound),)

    def _spared(self, turn: Turn, channel: str) -> Turn:
        """Where each question costs money only the first ones about the respondent are asked."""
        most = self.limits[channel].profile
        if most is None or turn.prompt.stage is not Stage.PROFILE:
            return turn
        if len(turn.interview.profile) < most:
            return turn
        rest = advance(turn.interview, Event(EventType.SKIP_PROFILE), self.instrument)
        note, about = turn.prompt.note, turn.prompt.about
        return replace(rest, prompt=replace(rest.prompt, note=note, about=about))

    async def _save(
        self, conn: AsyncConnection, before: Visit, after: Visit, now: datetime
    ) -> Outbound | None:
        """The visit, and with the last answer the response; None unless a ticket was spent."""
        if is_complete(after.interview, self.instrument):
            if not await self._spend(conn, before, after, now):
                await self.close(conn, after, now)
                return self.phrase.say(after.interview.language, "survey.ticket_spent")
            if _told(before.interview) != _told(after.interview):
                await self._store_response(conn, after, now)
        if after.interview.ended is Disposition.COMPLETE:
            await self.close(conn, after, now)
        else:
            await visits.save(conn, after)
        return None

    async def _spend(
        self, conn: AsyncConnection, before: Visit, after: Visit, now: datetime
    ) -> bool:
        """A ticket is spent by the interview that completes first; correcting is no new use."""
        if not after.ticket or is_complete(before.interview, self.instrument):
            return True
        code = after.collector.code
        return await tickets.spend(conn, code, after.ticket, after.id, now)

    async def _store_response(self, conn: AsyncConnection, visit: Visit, now: datetime) -> None:
        """A correction keeps the day on which the nine answers were given."""
        stored = await responses.by_id(conn, visit.id)
        at = stored.submitted_at if stored else now
        day = at.astimezone(self.rules.zone).date()
        await responses.put(conn, response_of(visit, at), self.instrument, day)

    def is_complete(self, visit: Visit) -> bool:
        return is_complete(visit.interview, self.instrument)

    def shown(self, visit: Visit, inbound: Inbound, note: Note | None = None) -> Outbound:
        return self.drawn(visit, prompt(visit.interview, self.instrument, note), inbound)

    def drawn(self, visit: Visit, shown: Prompt, inbound: Inbound) -> Outbound:
        return replace(self.phrase.screen(visit, shown), replaces=inbound.message)

    async def language(
        self, conn: AsyncConnection, person: Person, visit: Visit | None = None
    ) -> str:
        """That of the interview; of an official the one they chose; else what the client hints."""
        if visit:
            return visit.interview.language
        official = await officials.by_person(conn, person.respondent)
        return official.language if official else self.hint(person.inbound)

    def hint(self, inbound: Inbound) -> str:
        known = self.phrase.catalog.languages
        return inbound.language if inbound.language in known else self.rules.language


def _told(interview: Interview) -> tuple[object, ...]:
    """What a response holds of an interview."""
    return dict(interview.answers), dict(interview.profile), interview.comment
