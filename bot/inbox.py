"""The one door in: receive(inbound, send) loads, advances, saves, and only then sends.

Everything a citizen did is decided inside one transaction that also remembers the message's id,
so a redelivery changes nothing and a failed send loses a prompt, never an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import awaited, reply
from bot.arriving import Arriving
from bot.channel import Limits, Send
from bot.commands import FOLLOW_UP, FORGET, LANGUAGE, START, STOP, Command, command_of
from bot.enrolment import token_in
from bot.guesses import Guesses, Tries
from bot.message import Inbound, Outbound
from bot.officials import Asked, Officials
from bot.phrase import Phrase, parse_button
from bot.visiting import Person, Replies, Rules, Visiting
from skm.event import Event, EventType
from skm.instrument import Instrument
from skm.interview import Disposition, Note, Stage, prompt
from skm.store import officials, people, received, visits
from skm.store.database import Conflict, Database, StoreError
from skm.visit import pseudonym

# Words that are no code of ours, from one person in an hour.
WRONG, WRONG_SECONDS = 40, 3600.0
APOLOGY_SECONDS = 600.0  # until somebody is told once more that the store fails


@dataclass(frozen=True)
class Inbox:
    """Takes what people do on any channel and answers through the path it came by."""

    db: Database
    phrase: Phrase
    rules: Rules
    now: Callable[[], datetime]
    limits: Mapping[str, Limits]
    officials: Officials
    guesses: Guesses = field(default_factory=lambda: Guesses(WRONG, WRONG_SECONDS))
    apologies: Tries = field(default_factory=lambda: Tries(1, APOLOGY_SECONDS))

    @property
    def instrument(self) -> Instrument:
        return self.phrase.instrument

    @cached_property
    def visiting(self) -> Visiting:
        return Visiting(self.phrase, self.rules, self.limits)

    @cached_property
    def arriving(self) -> Arriving:
        return Arriving(self.visiting, self.guesses)

    async def receive(self, inbound: Inbound, send: Send) -> None:
        """Store what was done, then answer. Raises StoreError only: then nothing was stored, and
        the person was told so, once in a while: messengers bring the same message again and again.
        """
        try:
            decided = await self._decided(inbound)
        except StoreError:
            who, now = str(inbound.address), self.now().timestamp()
            if inbound.address.private and self.apologies.may_try(who, now):
                self.apologies.count(who, now)
                await send(self.phrase.say(self.visiting.hint(inbound), "survey.trouble"))
            raise
        for outbound in decided:
            await send(outbound)

    async def _decided(self, inbound: Inbound) -> Replies:
        for attempt in range(3):
            try:
                decided = await self.db.write(lambda conn: self._decide(conn, inbound))
                break
            except Conflict:  # another replica advanced this visit: look again
                if attempt == 2:
                    raise
        if isinstance(decided, Asked):
            return await self.officials.answer(decided)
        return decided

    # --- who is it and what do they want -----------------------------------------------------

    async def _decide(self, conn: AsyncConnection, inbound: Inbound) -> Replies | Asked:
        """A citizen's answer; what an official asks is answered after this transaction."""
        address = inbound.address
        if not address.private:
            return self._in_group(inbound)
        respondent = pseudonym(self.rules.key, address.channel, address.user)
        if self.rules.old_key:
            old = pseudonym(self.rules.old_key, address.channel, address.user)
            await people.rekey(conn, old, respondent)
        person = Person(inbound, respondent, self.now())
        asked = await self._asked(conn, person)
        if asked:  # remembered by what is done then
            known = await received.is_known(conn, address.channel, inbound.id)
            return () if known else asked
        if not await received.first_time(conn, address.channel, inbound.id, person.now):
            return await self._again(conn, inbound, respondent)
        command = command_of(inbound.text) or command_of(_as_command(inbound.choice))
        if inbound.start is not None:
            return await self.arriving.start(conn, person, inbound.start)
        if command:
            return await self._command(conn, person, *command)
        if inbound.choice is not None:
            return await self._press(conn, person, inbound.choice)
        if inbound.text is not None:
            return await self._typed(conn, person, inbound.text)
        return await self._unreadable(conn, person)

    async def _asked(self, conn: AsyncConnection, person: Person) -> Asked | None:
        """What is for officials: an invitation, a command of theirs, words for their draft."""
        inbound = person.inbound
        asked = Asked(inbound, person.respondent, self.visiting.hint(inbound))
        token = token_in(inbound)
        if token:
            return replace(asked, token=token)
        command = command_of(inbound.text) or command_of(_as_command(inbound.choice))
        if command and command[0].needs:
            return replace(asked, command=command[0], argument=command[1])
        if command or inbound.start is not None or inbound.choice is not None:
            return None
        drafted = await awaited.argument(conn, person)
        return replace(asked, command=FOLLOW_UP, argument=drafted) if drafted else None

    def _in_group(self, inbound: Inbound) -> Replies:
        """In a group only a command gets an answer, and that says: write to me privately."""
        if inbound.start is None and not command_of(inbound.text):
            return ()
        return (self.phrase.say(self.visiting.hint(inbound), "survey.group_only_private"),)

    async def _again(self, conn: AsyncConnection, inbound: Inbound, respondent: str) -> Replies:
        """A redelivery: show where we are, where showing costs nobody anything."""
        if not self.limits[inbound.address.channel].edits:
            return ()
        visit = await visits.open_of(conn, respondent)
        return (self.visiting.shown(visit, inbound),) if visit else ()

    # --- inside an interview -------------------------------------------------------------------

    async def _press(self, conn: AsyncConnection, person: Person, data: str) -> Replies:
        visit_id, event = parse_button(data)
        if visit_id == "-":
            return await self._outside(conn, person, event)
        visit = await visits.by_id(conn, visit_id) if visit_id else None
        if visit is None or visit.respondent != person.respondent:  # old, forged or foreign
            unknown = self.phrase.say(self.visiting.hint(person.inbound), "survey.ask_code")
            return await self._where_they_are(conn, person, unknown)
        if visit.address and self.visiting.is_over(visit, person.now):
            visit = await self.visiting.close(conn, visit, person.now)
        if visit.address:
            return await self.visiting.advanced(conn, person, visit, event)
        if visit.interview.ended is Disposition.COMPLETE:
            return (self.visiting.shown(visit, person.inbound),)
        over = self.phrase.say(visit.interview.language, "survey.lapsed")
        return await self._where_they_are(conn, person, over)

    async def _where_they_are(
        self, conn: AsyncConnection, person: Person, nowhere: Outbound
    ) -> Replies:
        """The open interview as it stands; where there is none, how to begin one."""
        visit = await self.visiting.open_visit(conn, person)
        if visit is None:
            return (nowhere,)
        return await self.visiting.advanced(conn, person, visit, Event(EventType.SHOW))

    async def _outside(self, conn: AsyncConnection, person: Person, event: Event) -> Replies:
        """A language chosen while no interview is open: answer in it, an official from now on."""
        language = event.value
        if language in self.phrase.catalog.languages:
            await officials.speak(conn, person.respondent, language)
        else:
            language = await self.visiting.language(conn, person)
        return (self.phrase.say(language, "survey.ask_code"),)

    async def _typed(self, conn: AsyncConnection, person: Person, text: str) -> Replies:
        visit = await self.visiting.open_visit(conn, person)
        if visit is None:
            return await self.arriving.typed_code(conn, person, text)
        at = prompt(visit.interview, self.instrument)
        choices = self.phrase.screen(visit, at).choices
        options = [choice for choice in choices if parse_button(choice.data)[1].is_option]
        others = [choice for choice in choices if choice not in options]
        chosen = reply.match(text, options, others)
        if chosen:
            return await self.visiting.advanced(conn, person, visit, parse_button(chosen.data)[1])
        if at.stage is Stage.THANKS:
            event = Event(EventType.COMMENT, value=text.replace("\0", ""))
            return await self.visiting.advanced(conn, person, visit, event)
        other = await self.arriving.code_in(conn, person, text)
        if other and other[0] != visit.collector.code:
            return await self.arriving.opens(conn, person, *other)
        return (self.visiting.shown(visit, person.inbound, Note.NOT_UNDERSTOOD),)

    async def _unreadable(self, conn: AsyncConnection, person: Person) -> Replies:
        """What cannot be taken; of an album that is said once."""
        channel, album = person.inbound.address.channel, person.inbound.album
        if album and not await received.first_time(conn, channel, f"{album} told", person.now):
            return ()
        visit = await self.visiting.open_visit(conn, person)
        language = await self.visiting.language(conn, person, visit)
        further = await awaited.is_further_photo(conn, person)
        key = "tindak_lanjut.one_photo" if further else "survey.not_text"
        told = self.phrase.say(language, key)
        if visit is None:
            return (told,)
        shown = self.visiting.shown(visit, person.inbound)
        return (replace(shown, text=f"{told.text}\n\n{shown.text}"),)

    # --- commands a citizen may give -------------------------------------------------------------

    async def _command(
        self, conn: AsyncConnection, person: Person, command: Command, argument: str
    ) -> Replies:
        visit = await self.visiting.open_visit(conn, person)
        language = await self.visiting.language(conn, person, visit)
        if command is START:
            return await self.arriving.start(conn, person, argument)
        if command is FORGET:
            return await self._forget(conn, person, language, argument)
        if command is LANGUAGE and visit:
            return await self.visiting.advanced(conn, person, visit, Event(EventType.LANGUAGES))
        if command is LANGUAGE:
            return (self.phrase.languages("-", language),)
        if command is STOP and visit:
            return await self.visiting.advanced(conn, person, visit, Event(EventType.STOP))
        told = self.phrase.say(language, "survey.help_citizen")
        official = await officials.by_person(conn, person.respondent)
        return (told, self.officials.help(official)) if official else (told,)

    async def _forget(
        self, conn: AsyncConnection, person: Person, language: str, argument: str
    ) -> Replies:
        if argument != "ya":
            return (self.phrase.confirm_forget(language),)
        count = await people.forget(conn, person.respondent)
        if count:
            return (self.phrase.say(language, "survey.forgotten", count=count),)
        return (self.phrase.say(language, "survey.forget_none"),)


def _as_command(choice: str | None) -> str | None:
    """A button may carry a typed command, such as "/hapus ya"."""
    return choice if choice and choice.startswith("/") else None
