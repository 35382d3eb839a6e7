"""Answers what officials ask: the only place in the chat that decides whether they may.

For every message the official is looked up again, the argument is read, `may` decides, and only
then the handler runs; inside each write `may` decides once more. Nothing is sent before the audit
log has its entry. The message is remembered in the transaction of what it changed, so that a
redelivery changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Choice, Outbound, Person, Replies
from bot.official.answers import invite
from bot.official.commands import Command, offered
from bot.official.handlers import Handler
from bot.official.menu import Menus
from bot.request.arguments import FuturePeriod, Unclear, UnknownPeriod
from bot.request.instansi import Instansi
from bot.request.request import Declined, Request, Subject, Topic
from bot.words.period import in_words
from skm.errors import SkmError
from skm.instansi.official import Action, AuditEvent, Official, may
from skm.store.database.database import Database
from skm.store.officials import audit_log, officials
from skm.store.survey import received
from skm.store.survey.received import Once, Repeated

OFFERED = 8  # units to choose from


class NoLongerAllowed(SkmError):
    """The official was removed between the request and the write."""


async def _check_again(
    conn: AsyncConnection, official: int, needs: Action, lineage: Sequence[str]
) -> None:
    """Raises NoLongerAllowed; runs in the transaction of the write."""
    if not may(await officials.locked(conn, official), needs, lineage):
        raise NoLongerAllowed("The official may not do this any more.")


@dataclass(frozen=True)
class Dispatch:
    """`handlers`: by command name, the function that answers it."""

    db: Database
    instansi: Instansi
    menus: Menus
    handlers: Mapping[str, Handler]

    async def accept(self, person: Person, language: str, token: str) -> Replies:
        """Accept an invitation. `language`: the one to answer in."""
        return await self._once(
            person, lambda db: invite.accept(db, self.instansi, self.menus, person, language, token)
        )

    async def answer(
        self, person: Person, language: str, command: Command, argument: str
    ) -> Replies:
        """Answer a command. `language`: for somebody who is no official."""
        return await self._once(
            person, lambda db: self._answer(db, person, language, command, argument)
        )

    async def _once(self, person: Person, work: Callable[[Once], Awaitable[Replies]]) -> Replies:
        """No replies if another delivery of the same message was answered."""
        channel, message = person.inbound.address.channel, person.inbound.id
        once = Once(self.db, channel, message, person.now)
        try:
            replies = await work(once)
            await once.remember()
        except Repeated:
            return ()
        return replies

    async def _answer(
        self, db: Once, person: Person, language: str, command: Command, argument: str
    ) -> Replies:
        asked = await db.read(lambda conn: self._read(conn, person, command, argument))
        if asked is None:
            return self._refused(language, "command.only_officials")
        official, subject = asked
        if isinstance(subject, Unclear):
            return (self._which(official, command, subject),)
        return await self._run(db, person, command, official, subject)

    async def _read(
        self, conn: AsyncConnection, person: Person, command: Command, argument: str
    ) -> tuple[Official, Subject | Unclear] | None:
        """Who asks and about what; None for somebody who is no official. Raises Repeated."""
        if await received.is_known(conn, person.inbound.address.channel, person.inbound.id):
            raise Repeated("This message was answered before.")
        official = await officials.by_person(conn, person.respondent)
        if official is None:
            return None
        try:
            return official, await command.read(conn, self.instansi, official, argument)
        except Unclear as unclear:
            return official, unclear

    async def _run(
        self, db: Once, person: Person, command: Command, official: Official, subject: Subject
    ) -> Replies:
        """Deny by default: nothing is read before `may` has agreed.

        A command with an event only reads, so its entry comes after: if a crash interrupts it, the
        message is answered again.
        """
        if subject.form and not command.exports:
            form = subject.form.upper()
            return self._refused(official.language, "command.no_file", form=form)
        needs = Action.EXPORT if subject.form else command.needs
        about = f"/{command.name} {subject}"
        if needs is None or not may(official, needs, subject.lineage):
            await self._record(db, official, AuditEvent.REFUSED, about)
            return self._refused(official.language, "command.refused")
        topic = Topic(self.instansi, official.language, subject)
        sent = person.inbound
        request = Request(db, official, topic, person.respondent, sent.photo, sent.file)
        db.guard = partial(_check_again, official=official.id, needs=needs, lineage=subject.lineage)
        try:
            replies = await self.handlers[command.name](request)
        except NoLongerAllowed:
            return self._refused(official.language, "command.only_officials")
        except Declined as declined:
            return request.reply(declined.key, **declined.values)
        finally:
            db.guard = None
        if command.event:
            event = AuditEvent.EXPORT if subject.form else command.event
            await self._record(db, official, event, about)
        return replies

    async def _record(
        self, db: Database, official: Official, event: AuditEvent, about: str
    ) -> None:
        now = self.instansi.now()
        await db.write(lambda conn: audit_log.add(conn, official.id, event, about, now))

    def help(self, official: Official) -> Outbound:
        """The commands that the official may give."""
        language, catalog = official.language, self.instansi.catalog
        lines = [catalog.say(language, "command.help")]
        lines += [
            f"/{command.name} – {catalog.say(language, f'command.{command.name}')}"
            for command in offered(official)
            if command.needs
        ]
        lines += ["", catalog.say(language, "command.help_example")]
        return Outbound("\n".join(lines), language=language)

    def _refused(self, language: str, key: str, **values: object) -> Replies:
        return (Outbound(self.instansi.catalog.say(language, key, **values), language=language),)

    def _which(self, official: Official, command: Command, unclear: Unclear) -> Outbound:
        """Asks which unit is meant; where none fits, or no period, says how to write it."""
        key = {0: "command.no_unit", 1: "command.near"}.get(len(unclear.near), "command.which")
        if isinstance(unclear, UnknownPeriod):
            key = "command.no_period"
        words = unclear.words
        if isinstance(unclear, FuturePeriod):
            key = "command.future_period"
            words = in_words(self.instansi.catalog, official.language, unclear.period)
        text = self.instansi.catalog.say(official.language, key, words=words)
        rows = tuple(
            (
                Choice(
                    unit.name,
                    f"/{command.name} {unit.code} {unclear.period} {unclear.form}".strip(),
                ),
            )
            for unit in unclear.near[:OFFERED]
        )
        return Outbound(text, rows, language=official.language)
