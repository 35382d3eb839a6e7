"""The one door in: receive(inbound, send) loads, advances, saves, and only then sends.

Everything a citizen did is decided inside one transaction that also remembers the message's id,
so a redelivery changes nothing and a failed send loses a prompt, never an answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import reply
from bot.channel import Limits, Send
from bot.commands import FOLLOW_UP, FORGET, LANGUAGE, START, STOP, Command, command_of
from bot.enrolment import token_in
from bot.guesses import Guesses, Tries
from bot.links import payload
from bot.message import Inbound, Outbound
from bot.officials import Asked, Officials
from bot.phrase import Phrase, parse_button
from skm.instrument import Instrument
from skm.interview import (
    Disposition,
    Event,
    EventType,
    Interview,
    Note,
    Prompt,
    Stage,
    Turn,
    advance,
    broke_off_at,
    is_complete,
    prompt,
)
from skm.store import (
    collectors,
    drafts,
    officials,
    people,
    received,
    responses,
    tickets,
    visits,
)
from skm.store.database import Conflict, Database, StoreError
from skm.upp import Collector, Mode, Upp
from skm.visit import Visit, new_code, pseudonym, response_of

Replies = tuple[Outbound, ...]

# Words that are no code of ours, from one person in an hour.
WRONG, WRONG_SECONDS = 40, 3600.0
APOLOGY_SECONDS = 600.0  # until somebody is told once more that the store fails

CODE = re.compile(r"\b([0-9A-Za-z]{4,12})(?:-([0-9A-Za-z]{4,12}))?\b")


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
                await send(self.phrase.say(self._hint(inbound), "survey.trouble"))
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
        person = _Person(inbound, respondent, self.now())
        asked = await self._asked(conn, person)
        if asked:  # remembered by what is done then
            known = await received.is_known(conn, address.channel, inbound.id)
            return () if known else asked
        if not await received.first_time(conn, address.channel, inbound.id, person.now):
            return await self._again(conn, inbound, respondent)
        command = command_of(inbound.text) or command_of(_as_command(inbound.choice))
        if inbound.start is not None:
            return await self._start(conn, person, inbound.start)
        if command:
            return await self._command(conn, person, *command)
        if inbound.choice is not None:
            return await self._press(conn, person, inbound.choice)
        if inbound.text is not None:
            return await self._typed(conn, person, inbound.text)
        return await self._unreadable(conn, person)

    async def _asked(self, conn: AsyncConnection, person: "_Person") -> Asked | None:
        """What is for officials: an invitation, a command of theirs, words for their draft."""
        inbound = person.inbound
        asked = Asked(inbound, person.respondent, self._hint(inbound))
        token = token_in(inbound)
        if token:
            return replace(asked, token=token)
        command = command_of(inbound.text) or command_of(_as_command(inbound.choice))
        if command and command[0].needs:
            return replace(asked, command=command[0], argument=command[1])
        if command or inbound.start is not None or inbound.choice is not None:
            return None
        drafted = await self._drafted(conn, person)
        return replace(asked, command=FOLLOW_UP, argument=drafted) if drafted else None

    async def _drafted(self, conn: AsyncConnection, person: "_Person") -> str:
        """What the command would be that belongs to the follow-up an official is writing down."""
        draft = await drafts.of_person(conn, person.respondent, person.now)
        said = person.inbound.text
        if draft and said is not None and draft.takes_text:
            return f"{draft.about} tulis {said}"
        return f"{draft.about} bukti" if draft and said is None and draft.finishing else ""

    def _in_group(self, inbound: Inbound) -> Replies:
        """In a group only a command gets an answer, and that says: write to me privately."""
        if inbound.start is None and not command_of(inbound.text):
            return ()
        return (self.phrase.say(self._hint(inbound), "survey.group_only_private"),)

    async def _again(self, conn: AsyncConnection, inbound: Inbound, respondent: str) -> Replies:
        """A redelivery: show where we are, where showing costs nobody anything."""
        if not self.limits[inbound.address.channel].edits:
            return ()
        visit = await visits.open_of(conn, respondent)
        return (self._shown(visit, inbound),) if visit else ()

    # --- ways to begin -----------------------------------------------------------------------

    async def _start(self, conn: AsyncConnection, person: "_Person", payload: str) -> Replies:
        found = CODE.fullmatch(payload.strip())
        if found:
            return await self._open(conn, person, found[1], found[2])
        visit = await self._open_visit(conn, person)
        if visit and not payload:  # clients sometimes drop the payload: go on where we were
            return (self._shown(visit, person.inbound),)
        return (self.phrase.say(self._hint(person.inbound), "survey.ask_code"),)

    async def _open(
        self, conn: AsyncConnection, person: "_Person", code: str, ticket: str | None
    ) -> Replies:
        """Begin at a collector, or go on if an interview is open there."""
        language = self._hint(person.inbound)
        named = payload(code, ticket or "")
        if not self._may_try(person, named):
            return (self.phrase.say(language, "survey.too_many_codes"),)
        found = await collectors.by_code(conn, code)
        if found is None:
            self._was_wrong(person)
            return (self.phrase.say(language, "survey.unknown_code", code=code.upper()),)
        collector, upp = found
        visit = await self._open_visit(conn, person)
        here = visit if visit and visit.collector.code == collector.code else None
        if here and not here.interview.ended and not self._complete(here):
            return (self._shown(here, person.inbound),)
        refusal = await self._refusal(conn, person, collector, ticket)
        if refusal == "ticket_unknown":
            self._was_wrong(person)
        else:
            self.guesses.right(person.respondent, named)
        if refusal and here and self._complete(here):
            return (self._shown(here, person.inbound),)
        if refusal:
            return (self.phrase.say(language, f"survey.{refusal}"),)
        if visit:
            await self.close(conn, visit, person.now)
        new = self._new_visit(person, collector, upp, ticket, language)
        await visits.add(conn, new)
        return (self._shown(new, person.inbound),)

    def _new_visit(
        self,
        person: "_Person",
        collector: Collector,
        upp: Upp,
        ticket: str | None,
        language: str,
    ) -> Visit:
        return Visit(
            interview=Interview(id=new_code(), language=language),
            collector=collector,
            upp_name=upp.name,
            instrument=self.instrument.version,
            respondent=person.respondent,
            channel=person.inbound.address.channel,
            address=person.inbound.address.chat,
            mode=Mode.ASSISTED if person.inbound.assisted else Mode.SELF,
            opened_at=person.now,
            touched_at=person.now,
            ticket=ticket.upper() if ticket and collector.ticketed else None,
        )

    async def _refusal(
        self, conn: AsyncConnection, person: "_Person", collector: Collector, ticket: str | None
    ) -> str | None:
        """The key of the sentence that says why not now, or None. A ticket proves a visit."""
        if collector.ticketed:
            if not ticket:
                return "ticket_needed"
            state = await tickets.state(conn, collector.code, ticket.upper())
            return {"open": None, "spent": "ticket_spent"}.get(state or "", "ticket_unknown")
        last = await responses.last_of(conn, person.respondent, collector.code)
        recent = last is not None and person.now - last < self.rules.repeat_after
        return "note_repeat" if recent else None

    # --- inside an interview -------------------------------------------------------------------

    async def _press(self, conn: AsyncConnection, person: "_Person", data: str) -> Replies:
        visit_id, event = parse_button(data)
        if visit_id == "-":
            return await self._outside(conn, person, event)
        visit = await visits.by_id(conn, visit_id) if visit_id else None
        if visit is None or visit.respondent != person.respondent:  # old, forged or foreign
            visit, event = await self._open_visit(conn, person), Event(EventType.SHOW)
        if visit is None:
            return (self.phrase.say(self._hint(person.inbound), "survey.ask_code"),)
        if visit.address and self._is_over(visit, person.now):
            await self.close(conn, visit, person.now)
            return (self.phrase.say(visit.interview.language, "survey.ask_code"),)
        if visit.address is None:  # closed: what it holds now is how it ended
            return (self._shown(visit, person.inbound),)
        return await self._advance(conn, person, visit, event)

    async def _outside(self, conn: AsyncConnection, person: "_Person", event: Event) -> Replies:
        """A language chosen while no interview is open: answer in it, an official from now on."""
        known = event.value in self.phrase.catalog.languages
        language = event.value if known else self._hint(person.inbound)
        await officials.speak(conn, person.respondent, language)
        return (self.phrase.say(language, "survey.ask_code"),)

    async def _typed(self, conn: AsyncConnection, person: "_Person", text: str) -> Replies:
        visit = await self._open_visit(conn, person)
        if visit is None:
            return await self._typed_code(conn, person, text)
        at = prompt(visit.interview, self.instrument)
        choices = self.phrase.screen(visit, at).choices
        options = [choice for choice in choices if parse_button(choice.data)[1].is_option]
        others = [choice for choice in choices if choice not in options]
        chosen = reply.match(text, options, others)
        if chosen:
            return await self._advance(conn, person, visit, parse_button(chosen.data)[1])
        if at.stage is Stage.THANKS:
            event = Event(EventType.COMMENT, value=text.replace("\0", ""))
            return await self._advance(conn, person, visit, event)
        other = await self._code_in(conn, person, text)
        if other and other[0] != visit.collector.code:
            return await self._open(conn, person, *other)
        return (self._shown(visit, person.inbound, Note.NOT_UNDERSTOOD),)

    async def _typed_code(self, conn: AsyncConnection, person: "_Person", text: str) -> Replies:
        """A code typed from the poster, or inside a prefilled greeting that was edited."""
        found = await self._code_in(conn, person, text)
        if found:
            return await self._open(conn, person, *found)
        language = self._hint(person.inbound)
        if not self._may_try(person):
            return (self.phrase.say(language, "survey.too_many_codes"),)
        single = CODE.fullmatch(text.strip())
        if single and any(c.isdigit() for c in text):
            return (self.phrase.say(language, "survey.unknown_code", code=text.strip().upper()),)
        return (self.phrase.say(language, "survey.ask_code"),)

    async def _code_in(
        self, conn: AsyncConnection, person: "_Person", text: str
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

    def _may_try(self, person: "_Person", named: str = "") -> bool:
        return self.guesses.may_try(person.respondent, named, person.now.timestamp())

    def _was_wrong(self, person: "_Person") -> None:
        self.guesses.wrong(person.respondent, person.now.timestamp())

    async def _unreadable(self, conn: AsyncConnection, person: "_Person") -> Replies:
        visit = await self._open_visit(conn, person)
        language = visit.interview.language if visit else self._hint(person.inbound)
        told = self.phrase.say(language, "survey.not_text")
        if visit is None:
            return (told,)
        shown = self._shown(visit, person.inbound)
        return (replace(shown, text=f"{told.text}\n\n{shown.text}"),)

    async def _advance(
        self, conn: AsyncConnection, person: "_Person", visit: Visit, event: Event
    ) -> Replies:
        turn = self._spared(advance(visit.interview, event, self.instrument), visit.channel)
        after = replace(visit, interview=turn.interview, touched_at=person.now)
        if turn.interview != visit.interview:
            refused = await self._save(conn, visit, after, person.now)
            if refused:
                return (refused,)
        return (self._draw(after, turn.prompt, person.inbound),)

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

    async def close(self, conn: AsyncConnection, visit: Visit, now: datetime) -> None:
        """What is left open counts as a break-off; the address and the answers go."""
        ended = advance(visit.interview, Event(EventType.LAPSE), self.instrument).interview
        closed = replace(visit, interview=ended)
        await visits.close(conn, closed, now, broke_off_at(ended, self.instrument))

    async def _open_visit(self, conn: AsyncConnection, person: "_Person") -> Visit | None:
        """The person's open visit; one that lapsed or has another instrument is closed first."""
        visit = await visits.open_of(conn, person.respondent)
        if visit is None:
            return None
        if self._is_over(visit, person.now):
            await self.close(conn, visit, person.now)
            return None
        return visit

    def _is_over(self, visit: Visit, now: datetime) -> bool:
        """Nobody came back in time, or the questions are not the same any more."""
        old = visit.instrument != self.instrument.version
        return old or visit.lapsed(now, self.rules.lapse_after)

    # --- commands a citizen may give -------------------------------------------------------------

    async def _command(
        self, conn: AsyncConnection, person: "_Person", command: Command, argument: str
    ) -> Replies:
        visit = await self._open_visit(conn, person)
        language = visit.interview.language if visit else self._hint(person.inbound)
        if command is START:
            return await self._start(conn, person, argument)
        if command is FORGET:
            return await self._forget(conn, person, language, argument)
        if command is LANGUAGE and visit:
            return await self._advance(conn, person, visit, Event(EventType.LANGUAGES))
        if command is LANGUAGE:
            return (self.phrase.languages("-", language),)
        if command is STOP and visit:
            return await self._advance(conn, person, visit, Event(EventType.STOP))
        told = self.phrase.say(language, "survey.help_citizen")
        official = await officials.by_person(conn, person.respondent)
        return (told, self.officials.help(official)) if official else (told,)

    async def _forget(
        self, conn: AsyncConnection, person: "_Person", language: str, argument: str
    ) -> Replies:
        if argument != "ya":
            return (self.phrase.confirm_forget(language),)
        count = await people.forget(conn, person.respondent)
        if count:
            return (self.phrase.say(language, "survey.forgotten", count=count),)
        return (self.phrase.say(language, "survey.forget_none"),)

    def _complete(self, visit: Visit) -> bool:
        return is_complete(visit.interview, self.instrument)

    # --- showing -------------------------------------------------------------------------------

    def _shown(self, visit: Visit, inbound: Inbound, note: Note | None = None) -> Outbound:
        return self._draw(visit, prompt(visit.interview, self.instrument, note), inbound)

    def _draw(self, visit: Visit, shown: Prompt, inbound: Inbound) -> Outbound:
        return replace(self.phrase.screen(visit, shown), replaces=inbound.message)

    def _hint(self, inbound: Inbound) -> str:
        known = self.phrase.catalog.languages
        return inbound.language if inbound.language in known else self.rules.language


@dataclass(frozen=True)
class _Person:
    """Who did it, when, and what it was: what every step needs."""

    inbound: Inbound
    respondent: str
    now: datetime


def _as_command(choice: str | None) -> str | None:
    """A button may carry a typed command, such as "/hapus ya"."""
    return choice if choice and choice.startswith("/") else None


def _told(interview: Interview) -> tuple[object, ...]:
    """What a response holds of an interview."""
    return dict(interview.answers), dict(interview.profile), interview.comment
