"""Begins a survey at a collector: by a link, a typed code or a text that holds one."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.open_visits import OpenVisits
from bot.messaging.code_guesses import CodeGuesses
from bot.messaging.links import payload
from bot.messaging.message import Outbound, Person, Replies
from skm.instansi.collector import Collector, Mode
from skm.instansi.typed_code import squeezed, typed_codes
from skm.instansi.upp import Upp
from skm.privacy.pseudonym import new_code
from skm.store.survey import collectors, responses, tickets, visits
from skm.store.survey.tickets import TicketState
from skm.survey.interview import Interview
from skm.survey.visit import Visit

CODE = re.compile(r"([0-9A-Za-z]{4,12})(?:-([0-9A-Za-z]{4,12}))?")

REFUSED_TICKETS = {
    TicketState.OPEN: None,
    TicketState.SPENT: "ticket_spent",
    TicketState.EXPIRED: "ticket_over",
    None: "ticket_unknown",
}
"""The text about a ticket by its state, None where the survey may begin."""


@dataclass(frozen=True)
class CollectorCodes:
    """`guesses`: counts the unknown codes of each person and slows down who guesses."""

    visits: OpenVisits
    guesses: CodeGuesses

    async def start(self, conn: AsyncConnection, person: Person, payload: str) -> Replies:
        """Open the collector that a link or /start names; without one go on where they were."""
        found = CODE.fullmatch(payload.strip())
        if found:
            return await self.open(conn, person, found[1], found[2])
        if typed_codes(payload):
            return await self.typed(conn, person, payload)
        visit = await self.visits.find(conn, person)
        if visit and not payload:  # clients sometimes drop the payload
            return (self.visits.show(visit, person.inbound),)
        return (self._say(person, "survey.ask_code"),)

    async def typed(self, conn: AsyncConnection, person: Person, text: str) -> Replies:
        """Open the collector whose code stands in the text; say what is wrong if there is none."""
        found = await self.find(conn, person, text)
        if found:
            return await self.open(conn, person, *found)
        if not self._may_try(person):
            return (self._say(person, "survey.too_many_codes"),)
        code = squeezed(text)
        if any(c.isdigit() for c in code):
            return (self._say(person, "survey.unknown_code", code=code),)
        return (self._say(person, "survey.ask_code"),)

    async def find(
        self, conn: AsyncConnection, person: Person, text: str
    ) -> tuple[str, str | None] | None:
        """The collector's code in a text, with its ticket if it has one."""
        if not self._may_try(person):
            return None
        for code, ticket in typed_codes(text):
            known = await collectors.by_code(conn, code)
            if known:
                return known[0].code, ticket or None
        self._count_wrong(person)
        return None

    async def open(
        self, conn: AsyncConnection, person: Person, code: str, ticket: str | None
    ) -> Replies:
        """Begin at a collector, or go on if an interview is open there."""
        named = payload(code, ticket or "")
        if not self._may_try(person, named):
            return (self._say(person, "survey.too_many_codes"),)
        found = await collectors.by_code(conn, code)
        if found is None:
            self._count_wrong(person)
            return (self._say(person, "survey.unknown_code", code=code.upper()),)
        collector, upp = found
        visit = await self.visits.find(conn, person)
        here = visit if visit and visit.collector.code == collector.code else None
        if here and not here.interview.ended and not self.visits.is_complete(here):
            return (self.visits.show(here, person.inbound),)
        refusal = await self._refusal(conn, person, collector, ticket)
        if refusal == "ticket_unknown":
            self._count_wrong(person)
        else:
            self.guesses.remember(person.respondent, named)
        if refusal and here and self.visits.is_complete(here):
            return (self.visits.show(here, person.inbound),)
        if refusal:
            return (self._say(person, f"survey.{refusal}"),)
        if visit:
            await self.visits.close(conn, visit, person.now)
        new = self._new_visit(person, collector, upp, ticket)
        await visits.add(conn, new)
        return (self.visits.show(new, person.inbound),)

    async def _refusal(
        self, conn: AsyncConnection, person: Person, collector: Collector, ticket: str | None
    ) -> str | None:
        """The key of the text that says why they may not begin now, or None if they may."""
        if collector.ticketed:
            if not ticket:
                return "ticket_needed"
            state = await tickets.state(conn, collector.code, ticket.upper(), person.now)
            return REFUSED_TICKETS[state]
        last = await responses.last_of(conn, person.respondent, collector.code)
        recent = last is not None and person.now - last < self.visits.rules.repeat_after
        return "note_repeat" if recent else None

    def _new_visit(
        self, person: Person, collector: Collector, upp: Upp, ticket: str | None
    ) -> Visit:
        inbound = person.inbound
        return Visit(
            interview=Interview(id=new_code(), language=self.visits.language_hint(inbound)),
            collector=collector,
            upp_name=upp.name,
            instrument=self.visits.instrument.version,
            respondent=person.respondent,
            channel=inbound.address.channel,
            mode=Mode.ASSISTED if inbound.assisted else Mode.SELF,
            opened_at=person.now,
            touched_at=person.now,
            asked_at=inbound.sent_at,
            ticket=ticket.upper() if ticket and collector.ticketed else None,
        )

    def _say(self, person: Person, key: str, **values: object) -> Outbound:
        language = self.visits.language_hint(person.inbound)
        return self.visits.screens.say(language, key, **values)

    def _may_try(self, person: Person, named: str = "") -> bool:
        return self.guesses.may_try(person.respondent, named, person.now.timestamp())

    def _count_wrong(self, person: Person) -> None:
        self.guesses.count_unknown(person.respondent, person.now.timestamp())
