"""What a citizen does and the answer to it: buttons, typed text, commands.

Everything runs in the transaction that the inbox has opened.
"""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.collector_codes import CollectorCodes
from bot.citizen.commands import CitizenCommand
from bot.citizen.copies import CopyWording
from bot.citizen.open_visits import OpenVisits
from bot.messaging import typed_reply
from bot.messaging.button import parse_button
from bot.messaging.message import Outbound, Person, Replies
from skm.store.officials import confirmations, officials
from skm.store.survey import responses, visits
from skm.store.upkeep import forget
from skm.survey.event import Event, EventType
from skm.survey.interview import Disposition, Note, Stage
from skm.survey.visit import Visit, precedes

OUTSIDE = "-"  # the visit id in buttons that belong to no visit


@dataclass(frozen=True)
class Conversation:
    """Answers each kind of thing that a person may do."""

    visits: OpenVisits
    codes: CollectorCodes

    # --- buttons -------------------------------------------------------------------------------

    async def press(self, conn: AsyncConnection, person: Person, data: str) -> Replies:
        """The replies to a pressed button; an old, forged or foreign one continues where the person
        is.
        """
        visit_id, event = parse_button(data)
        if visit_id == OUTSIDE:
            return await self._choose_language(conn, person, event.value)
        visit = await visits.by_id(conn, visit_id) if visit_id else None
        if visit is None or visit.respondent != person.respondent:  # old, forged or foreign
            hint = self.visits.language_hint(person.inbound)
            return await self._resume(conn, person, self._say(hint, "survey.ask_code"))
        if visit.closed_at is None and self.visits.is_over(visit, person.now):
            visit = await self.visits.close(conn, visit, person.now)
        if visit.closed_at is None and self._is_overtaken(person, visit, event):
            return (self.visits.show(visit, person.inbound),)
        if visit.closed_at is None:
            return await self.visits.advance(conn, person, visit, event)
        if visit.interview.ended is Disposition.COMPLETE:
            return (self.visits.show(visit, person.inbound),)
        over = self._say(visit.interview.language, "survey.lapsed")
        return await self._resume(conn, person, over)

    def _is_overtaken(self, person: Person, visit: Visit, event: Event) -> bool:
        """Whether a press arrives after a later one has answered the same item."""
        answers = event.type is EventType.ANSWER and event.key in visit.interview.answers
        return answers and precedes(person.inbound.sent_at, visit)

    async def _resume(self, conn: AsyncConnection, person: Person, otherwise: Outbound) -> Replies:
        """Show the open interview as it stands; without one, say `otherwise`."""
        visit = await self.visits.find(conn, person)
        if visit is None:
            return (otherwise,)
        return await self.visits.advance(conn, person, visit, Event(EventType.SHOW))

    async def _choose_language(
        self, conn: AsyncConnection, person: Person, language: str
    ) -> Replies:
        """A language chosen outside of an interview; an official is answered in it from now on."""
        if language in self.visits.screens.catalog.languages:
            await officials.set_language(conn, person.respondent, language)
        else:
            language = await self.visits.language(conn, person)
        return (self._say(language, "survey.ask_code"),)

    # --- texts ---------------------------------------------------------------------------------

    async def typed(self, conn: AsyncConnection, person: Person, text: str) -> Replies:
        """A choice by its words, a comment after the thanks, or the code of a collector."""
        visit = await self.visits.find(conn, person)
        if visit is None:
            return await self.codes.typed(conn, person, text)
        if precedes(person.inbound.sent_at, visit):
            return (self.visits.show(visit, person.inbound, Note.EARLIER),)
        screens, at = self.visits.screens, self.visits.prompt(visit)
        numbers = screens.catalog.vocabulary.meanings("number")
        chosen = typed_reply.match(text, *screens.choices(visit, at), numbers)
        if chosen:
            event = parse_button(chosen.data)[1]
            return await self.visits.advance(conn, person, visit, event)
        if at.stage is Stage.THANKS:
            event = Event(EventType.COMMENT, value=text.replace("\0", ""))
            return await self.visits.advance(conn, person, visit, event)
        other = await self.codes.find(conn, person, text)
        if other and other[0] != visit.collector.code:
            return await self.codes.open(conn, person, *other)
        return (self.visits.show(visit, person.inbound, Note.NOT_UNDERSTOOD),)

    async def unreadable(self, conn: AsyncConnection, person: Person, key: str) -> Replies:
        """A voice, a sticker or a photo: says so, with the open screen. `key`: of the text."""
        visit = await self.visits.find(conn, person)
        answer = self._say(await self.visits.language(conn, person, visit), key)
        if visit is None:
            return (answer,)
        screen = self.visits.show(visit, person.inbound)
        return (replace(screen, text=f"{answer.text}\n\n{screen.text}"),)

    async def repeated(self, conn: AsyncConnection, person: Person) -> Replies:
        """A redelivered message: show the open screen where an edit costs nothing."""
        if not self.visits.limits[person.inbound.address.channel].edits:
            return ()
        visit = await visits.open_of(conn, person.respondent)
        return (self.visits.show(visit, person.inbound),) if visit else ()

    # --- commands ------------------------------------------------------------------------------

    async def command(
        self, conn: AsyncConnection, person: Person, command: CitizenCommand, argument: str
    ) -> Replies:
        """No replies if the command asks for help, or there is nothing to stop."""
        if command is CitizenCommand.START:
            return await self.codes.start(conn, person, argument)
        visit = await self.visits.find(conn, person)
        language = await self.visits.language(conn, person, visit)
        if command is CitizenCommand.FORGET:
            return await self._forget(conn, person, language, argument)
        if command is CitizenCommand.COPY:
            return await self._copy(conn, person, language)
        if command is CitizenCommand.LANGUAGE and visit:
            return await self.visits.advance(conn, person, visit, Event(EventType.LANGUAGES))
        if command is CitizenCommand.LANGUAGE:
            return (self.visits.screens.languages(OUTSIDE, language),)
        if command is CitizenCommand.STOP and visit:
            return await self.visits.advance(conn, person, visit, Event(EventType.STOP))
        return ()

    async def help(self, conn: AsyncConnection, person: Person) -> Outbound:
        """What citizens may type."""
        visit = await self.visits.find(conn, person)
        return self._say(await self.visits.language(conn, person, visit), "survey.help_citizen")

    async def _forget(
        self, conn: AsyncConnection, person: Person, language: str, argument: str
    ) -> Replies:
        """Ask, or delete if the code of that question came."""
        who, now, command = person.respondent, person.now, f"/{CitizenCommand.FORGET}"
        code = confirmations.without_code(argument)[1]
        if await confirmations.confirmed(conn, who, command, code, now) is None:
            data = await confirmations.ask(conn, who, command, now)
            return (self.visits.screens.confirm_forget(language, data),)
        count = await forget.forget(conn, person.respondent)
        if count:
            return (self._say(language, "survey.forgotten", count=count),)
        return (self._say(language, "survey.forget_none"),)

    async def _copy(self, conn: AsyncConnection, person: Person, language: str) -> Replies:
        """All that is stored of the person's surveys."""
        begun = await visits.all_of(conn, person.respondent)
        if not begun:
            return (self._say(language, "survey.forget_none"),)
        answered = await responses.all_of(conn, person.respondent)
        zone = self.visits.rules.zone
        return CopyWording(self.visits.screens, language, zone).messages(begun, answered)

    def _say(self, language: str, key: str, **values: object) -> Outbound:
        return self.visits.screens.say(language, key, **values)
