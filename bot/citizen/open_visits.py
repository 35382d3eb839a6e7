"""The open visit of a respondent: found, advanced, saved and shown, in the inbox's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.rules import Rules
from bot.citizen.screens import Screens
from bot.messaging.channel import Limits
from bot.messaging.message import Inbound, Outbound, Person, Replies
from skm.instansi.collector import Mode
from skm.store.officials import officials
from skm.store.survey import networks, responses, tickets, visits
from skm.survey.event import Event, EventType
from skm.survey.instrument import Instrument
from skm.survey.interview import (
    Disposition,
    Interview,
    Note,
    Prompt,
    Stage,
    broke_off_at,
    is_complete,
    prompt,
)
from skm.survey.turn import Turn, advance
from skm.survey.visit import Visit, asked_after, response_of


@dataclass(frozen=True)
class OpenVisits:
    """Works on one visit at a time. `limits`: by channel."""

    screens: Screens
    rules: Rules
    limits: Mapping[str, Limits]

    @property
    def instrument(self) -> Instrument:
        return self.screens.instrument

    async def find(self, conn: AsyncConnection, person: Person) -> Visit | None:
        """The person's open visit; one that lapsed or has another instrument is closed first."""
        visit = await visits.open_of(conn, person.respondent)
        if visit is None:
            return None
        if self.is_over(visit, person.now):
            await self.close(conn, visit, person.now)
            return None
        return visit

    def is_over(self, visit: Visit, now: datetime) -> bool:
        """Whether the visit has lapsed, or was begun with another version of the instrument."""
        old = visit.instrument != self.instrument.version
        return old or visit.lapsed(now, self.rules.lapse_after)

    async def close(self, conn: AsyncConnection, visit: Visit, now: datetime) -> Visit:
        """Close a visit and delete the state of its interview; an unfinished one is a break-off."""
        ended = advance(visit.interview, Event(EventType.LAPSE), self.instrument).interview
        closed = replace(visit, interview=ended, closed_at=now)
        await visits.close(conn, closed, now, broke_off_at(ended, self.instrument))
        return closed

    async def advance(
        self, conn: AsyncConnection, person: Person, visit: Visit, event: Event
    ) -> Replies:
        """Apply an event, save what it changed, and show the next prompt."""
        turn = self._within_limit(advance(visit.interview, event, self.instrument), visit.channel)
        after = replace(
            visit,
            interview=turn.interview,
            touched_at=person.now,
            asked_at=asked_after(visit, person.inbound.sent_at),
        )
        if turn.interview != visit.interview:
            refused = await self._save(conn, visit, after, person)
            if refused:
                return (refused,)
        return (self._show(after, turn.prompt, person.inbound),)

    def _within_limit(self, turn: Turn, channel: str) -> Turn:
        """Skips the rest of the profile where the channel asks only the first questions of it."""
        most = self.limits[channel].profile
        if most is None or turn.prompt.stage is not Stage.PROFILE:
            return turn
        if len(turn.interview.profile) < most:
            return turn
        rest = advance(turn.interview, Event(EventType.SKIP_PROFILE), self.instrument)
        note, about = turn.prompt.note, turn.prompt.about
        return replace(rest, prompt=replace(rest.prompt, note=note, about=about))

    async def _save(
        self, conn: AsyncConnection, before: Visit, after: Visit, person: Person
    ) -> Outbound | None:
        """Store the visit and, once it is complete, the response.

        Returns None, or the message that the ticket was spent by somebody else.
        """
        now = person.now
        if self.is_complete(after):
            if not await self._spend_ticket(conn, before, after, now):
                await self.close(conn, after, now)
                return self.screens.say(after.interview.language, "survey.ticket_spent")
            if _content(before.interview) != _content(after.interview):
                await self._store_response(conn, after, now, person.inbound.network)
        if after.interview.ended is Disposition.COMPLETE:
            await self.close(conn, after, now)
        else:
            await visits.save(conn, after)
        return None

    async def _spend_ticket(
        self, conn: AsyncConnection, before: Visit, after: Visit, now: datetime
    ) -> bool:
        """Whether the visit may be completed: the first interview that completes spends its ticket;
        a correction of a complete one is no new use.
        """
        if not after.ticket or self.is_complete(before):
            return True
        code = after.collector.code
        return await tickets.spend(conn, code, after.ticket, after.id, now)

    async def _store_response(
        self, conn: AsyncConnection, visit: Visit, now: datetime, network: str
    ) -> None:
        """A correction keeps the day on which the nine answers were given. The network of an own
        device is noted until the end of the day.
        """
        stored = await responses.by_id(conn, visit.id)
        at = stored.submitted_at if stored else now
        day = at.astimezone(self.rules.zone).date()
        await responses.put(conn, response_of(visit, at), self.instrument, day)
        if network and stored is None and visit.mode is Mode.SELF:
            code = visit.collector.code
            await networks.note(conn, self.rules.key, visit.id, code, day, network)

    def is_complete(self, visit: Visit) -> bool:
        return is_complete(visit.interview, self.instrument)

    def prompt(self, visit: Visit, note: Note | None = None) -> Prompt:
        """Where the interview stands."""
        return prompt(visit.interview, self.instrument, note)

    def show(self, visit: Visit, inbound: Inbound, note: Note | None = None) -> Outbound:
        """The screen of where the interview stands, in place of the one that was pressed."""
        return self._show(visit, self.prompt(visit, note), inbound)

    def _show(self, visit: Visit, prompt: Prompt, inbound: Inbound) -> Outbound:
        return replace(self.screens.screen(visit, prompt), replaces=inbound.message)

    async def language(
        self, conn: AsyncConnection, person: Person, visit: Visit | None = None
    ) -> str:
        """The interview's language; without one that of the official, or the client's hint."""
        if visit:
            return visit.interview.language
        official = await officials.by_person(conn, person.respondent)
        return official.language if official else self.language_hint(person.inbound)

    def language_hint(self, inbound: Inbound) -> str:
        """The language of the person's app, if we have it, or else the default."""
        known = self.screens.catalog.languages
        return inbound.language if inbound.language in known else self.rules.language


def _content(interview: Interview) -> tuple[object, ...]:
    """What a response holds of an interview."""
    return dict(interview.answers), dict(interview.profile), interview.comment
