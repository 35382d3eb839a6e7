"""Ways to begin: a deep link, a code that is typed, a text that holds one; and who may not yet."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.guesses import Guesses
from bot.links import payload
from bot.visiting import Person, Replies, Visiting
from skm.interview import Interview
from skm.store import collectors, responses, tickets, visits
from skm.upp import Collector, Mode, Upp
from skm.visit import Visit, new_code

CODE = re.compile(r"\b([0-9A-Za-z]{4,12})(?:-([0-9A-Za-z]{4,12}))?\b")


@dataclass(frozen=True)
class Arriving:
    """`guesses`: codes that nobody has printed, counted by person."""

    visiting: Visiting
    guesses: Guesses

    async def start(self, conn: AsyncConnection, person: Person, payload: str) -> Replies:
        found = CODE.fullmatch(payload.strip())
        if found:
            return await self.opens(conn, person, found[1], found[2])
        visit = await self.visiting.open_visit(conn, person)
        if visit and not payload:  # clients sometimes drop the payload: go on where we were
            return (self.visiting.shown(visit, person.inbound),)
        return (self.visiting.phrase.say(self.visiting.hint(person.inbound), "survey.ask_code"),)

    async def opens(
        self, conn: AsyncConnection, person: Person, code: str, ticket: str | None
    ) -> Replies:
        """Begin at a collector, or go on if an interview is open there."""
        language = self.visiting.hint(person.inbound)
        named = payload(code, ticket or "")
        if not self._may_try(person, named):
            return (self.visiting.phrase.say(language, "survey.too_many_codes"),)
        found = await collectors.by_code(conn, code)
        if found is None:
            self._was_wrong(person)
            return (self.visiting.phrase.say(language, "survey.unknown_code", code=code.upper()),)
        collector, upp = found
        visit = await self.visiting.open_visit(conn, person)
        here = visit if visit and visit.collector.code == collector.code else None
        if here and not here.interview.ended and not self.visiting.is_complete(here):
            return (self.visiting.shown(here, person.inbound),)
        refusal = await self._refusal(conn, person, collector, ticket)
        if refusal == "ticket_unknown":
            self._was_wrong(person)
        else:
            self.guesses.right(person.respondent, named)
        if refusal and here and self.visiting.is_complete(here):
            return (self.visiting.shown(here, person.inbound),)
        if refusal:
            return (self.visiting.phrase.say(language, f"survey.{refusal}"),)
        if visit:
            await self.visiting.close(conn, visit, person.now)
        new = self._new_visit(person, collector, upp, ticket, language)
        await visits.add(conn, new)
        return (self.visiting.shown(new, person.inbound),)

    def _new_visit(
        self,
        person: Person,
        collector: Collector,
        upp: Upp,
        ticket: str | None,
        language: str,
    ) -> Visit:
        return Visit(
            interview=Interview(id=new_code(), language=language),
            collector=collector,
            upp_name=upp.name,
            instrument=self.visiting.instrument.version,
            respondent=person.respondent,
            channel=person.inbound.address.channel,
            address=person.inbound.address.chat,
            mode=Mode.ASSISTED if person.inbound.assisted else Mode.SELF,
            opened_at=person.now,
            touched_at=person.now,
            ticket=ticket.upper() if ticket and collector.ticketed else None,
        )

    async def _refusal(
        self, conn: AsyncConnection, person: Person, collector: Collector, ticket: str | None
    ) -> str | None:
        """The key of the sentence that says why not now, or None. A ticket proves a visit."""
        if collector.ticketed:
            if not ticket:
                return "ticket_needed"
            state = await tickets.state(conn, collector.code, ticket.upper())
            return {"open": None, "spent": "ticket_spent"}.get(state or "", "ticket_unknown")
        last = await responses.last_of(conn, person.respondent, collector.code)
        recent = last is not None and person.now - last < self.visiting.rules.repeat_after
        return "note_repeat" if recent else None

    async def typed_code(self, conn: AsyncConnection, person: Person, text: str) -> Replies:
        """A code typed from the poster, or inside a prefilled greeting that was edited."""
        found = await self.code_in(conn, person, text)
        if found:
            return await self.opens(conn, person, *found)
        language = self.visiting.hint(person.inbound)
        if not self._may_try(person):
            return (self.visiting.phrase.say(language, "survey.too_many_codes"),)
        single = CODE.fullmatch(text.strip())
        if single and any(c.isdigit() for c in text):
            return (
                self.visiting.phrase.say(
                    language, "survey.unknown_code", code=text.strip().upper()
                ),
            )
        return (self.visiting.phrase.say(language, "survey.ask_code"),)

    async def code_in(
        self, conn: AsyncConnection, person: Person, text: str
    ) -> tuple[str, str | None] | None:
        """The last word of a text that is a collector's code, with its ticket if it has one."""
        if not self._may_try(person):
            return None
        for found in reversed(list(CODE.finditer(text[:400]))[-20:]):
            known = await collectors.by_code(conn, found[1])
            if known:
                return known[0].code, found[2]
        self._was_wrong(person)
        return None

    def _may_try(self, person: Person, named: str = "") -> bool:
        return self.guesses.may_try(person.respondent, named, person.now.timestamp())

    def _was_wrong(self, person: Person) -> None:
        self.guesses.wrong(person.respondent, person.now.timestamp())
