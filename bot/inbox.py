"""The single entrance for messages: receive(inbound, send) decides, saves, and only then sends.

What a citizen did is decided inside one transaction that also remembers the message's id, so a
redelivery changes nothing, and a failed send loses a prompt but never an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.collector_codes import CollectorCodes
from bot.citizen.commands import CitizenCommand
from bot.citizen.conversation import Conversation
from bot.citizen.open_visits import OpenVisits
from bot.citizen.rules import Rules
from bot.citizen.screens import Screens
from bot.messaging.channel import Limits, Send
from bot.messaging.code_guesses import AttemptLimit, CodeGuesses
from bot.messaging.message import Address, Inbound, Person, Replies
from bot.official import expected
from bot.official.answers.invite import token_in
from bot.official.commands import IMPORT, Command, command_of
from bot.official.dispatch import Dispatch
from bot.official.expected import Expected
from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import Conflict, Database, StoreError
from skm.store.officials import officials
from skm.store.survey import received
from skm.store.upkeep import forget
from skm.survey.instrument import Instrument

# Unknown codes that one person may try in an hour.
WRONG, WRONG_SECONDS = 40, 3600.0
APOLOGY_SECONDS = 600.0  # until a person is told again that the store fails
ATTEMPTS = 3  # to store what another replica is changing at the same time


@dataclass(frozen=True)
class Inbox:
    """Takes messages of every channel. `limits`: by channel. `guesses`: unknown codes by person."""

    db: Database
    screens: Screens
    rules: Rules
    now: Callable[[], datetime]
    limits: Mapping[str, Limits]
    officials: Dispatch
    guesses: CodeGuesses = field(default_factory=lambda: CodeGuesses(WRONG, WRONG_SECONDS))
    apologies: AttemptLimit = field(default_factory=lambda: AttemptLimit(1, APOLOGY_SECONDS))

    @property
    def instrument(self) -> Instrument:
        return self.screens.instrument

    @cached_property
    def visits(self) -> OpenVisits:
        return OpenVisits(self.screens, self.rules, self.limits)

    @cached_property
    def conversation(self) -> Conversation:
        return Conversation(self.visits, CollectorCodes(self.visits, self.guesses))

    async def receive(self, inbound: Inbound, send: Send) -> None:
        """Store what was done, then send the answer.

        Raises StoreError if nothing could be stored. The person is told so once in a while only,
        since messengers deliver the same message again and again.
        """
        try:
            replies = await self._replies(inbound)
        except StoreError:
            person, now = str(inbound.address), self.now().timestamp()
            if inbound.address.private and self.apologies.may_try(person, now):
                self.apologies.count(person, now)
                hint = self.visits.language_hint(inbound)
                await send(self.screens.say(hint, "survey.trouble"))
            raise
        for outbound in replies:
            await send(outbound)

    # --- citizen or official ---------------------------------------------------------------------

    async def _replies(self, inbound: Inbound) -> Replies:
        """Answers an official's command by itself, and everything else in one transaction."""
        if inbound.moved:
            await self._take_over(inbound)
            return ()
        command, argument = self._command_in(inbound) or (None, "")
        hint = self.visits.language_hint(inbound)
        if not inbound.address.private:  # a group may only hear that it has to write privately
            asked = command or inbound.start is not None
            return (self.screens.say(hint, "survey.group_only_private"),) if asked else ()
        person = Person(inbound, await self._pseudonym(inbound.address), self.now())
        token = token_in(inbound)
        if token:
            return await self.officials.accept(person, hint, token)
        if command and command.needs:
            return await self.officials.answer(person, hint, command, argument)
        if inbound.file and await self._is_official(person):
            return await self.officials.answer(person, hint, IMPORT, "")
        decided = await self._decided(person, command, argument)
        if isinstance(decided, Expected):  # it belongs to something that the official has begun
            return await self.officials.answer(person, hint, decided.command, decided.argument)
        return decided

    def _command_in(self, inbound: Inbound) -> tuple[Command, str] | None:
        """The command that was typed, or that a button carries ("/hapus ya")."""
        text = inbound.text if inbound.choice is None else inbound.choice
        if not text or (inbound.choice and not text.startswith("/")):
            return None
        return command_of(text, self.screens.catalog.vocabulary)

    async def _is_official(self, person: Person) -> bool:
        found = await self.db.read(lambda conn: officials.by_person(conn, person.respondent))
        return found is not None

    async def _pseudonym(self, address: Address) -> str:
        """The sender's pseudonym. What is stored under another one moves to it: under former ids of
        the sender, and under the old key while the key is being changed.
        """
        new, *others = self._pseudonyms(address)
        if not others:
            return new
        if await self.db.read(lambda conn: forget.any_known(conn, others)):
            await self.db.write(lambda conn: self._move(conn, address, others, new))
        return new

    async def _take_over(self, inbound: Inbound) -> None:
        """Moves what is stored under former ids; of somebody who is not known nothing is stored.

        Once only: when the report comes again, the old number may belong to somebody else.
        """
        address = inbound.address
        new, *others = self._pseudonyms(address)

        async def write(conn: AsyncConnection) -> None:
            if not await forget.any_known(conn, others):
                return
            if await received.first_time(conn, address.channel, inbound.id, self.now()):
                await self._move(conn, address, others, new)

        await self.db.write(write)

    def _pseudonyms(self, address: Address) -> list[str]:
        """By each key and each id of the sender, the present one first."""
        keys, ids = (self.rules.key, self.rules.old_key), (address.user, *address.formerly)
        return [pseudonym(key, address.channel, id) for key in filter(None, keys) for id in ids]

    async def _move(
        self, conn: AsyncConnection, address: Address, others: Sequence[str], new: str
    ) -> None:
        for old in others:
            await forget.rekey(conn, old, new)
        for former in address.formerly:
            await officials.move(conn, address.channel, former, address.chat)

    # --- in one transaction ----------------------------------------------------------------------

    async def _decided(
        self, person: Person, command: Command | None, argument: str
    ) -> Replies | Expected:
        decide = partial(self._decide, person=person, command=command, argument=argument)
        for _ in range(ATTEMPTS - 1):
            with suppress(Conflict):  # another replica advanced this visit
                return await self.db.write(decide)
        return await self.db.write(decide)

    async def _decide(
        self, conn: AsyncConnection, person: Person, command: Command | None, argument: str
    ) -> Replies | Expected:
        """The replies to a citizen, or the command of officials that a message belongs to."""
        inbound, citizen = person.inbound, self.conversation
        typed = command is None and inbound.start is None and inbound.choice is None
        begun = await expected.command(conn, person) if typed else None
        if begun:
            return begun
        if not await received.first_time(conn, inbound.address.channel, inbound.id, person.now):
            return await citizen.repeated(conn, person)
        if inbound.start is not None:
            return await citizen.command(conn, person, CitizenCommand.START, inbound.start)
        if command:
            return await self._command(conn, person, CitizenCommand(command.name), argument)
        if inbound.choice is not None:
            return await citizen.press(conn, person, inbound.choice)
        if inbound.text is not None:
            return await citizen.typed(conn, person, inbound.text)
        return await self._unreadable(conn, person)

    async def _command(
        self, conn: AsyncConnection, person: Person, command: CitizenCommand, argument: str
    ) -> Replies:
        replies = await self.conversation.command(conn, person, command, argument)
        if replies:
            return replies
        official = await officials.by_person(conn, person.respondent)
        help_ = await self.conversation.help(conn, person)
        return (help_, self.officials.help(official)) if official else (help_,)

    async def _unreadable(self, conn: AsyncConnection, person: Person) -> Replies:
        """Says that it cannot be read; of an album that is said once."""
        channel, album = person.inbound.address.channel, person.inbound.album
        if album and not await received.first_time(conn, channel, f"{album} told", person.now):
            return ()
        further = await expected.is_further_photo(conn, person)
        key = "tindak_lanjut.one_photo" if further else "survey.not_text"
        return await self.conversation.unreadable(conn, person, key)
