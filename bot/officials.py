"""Answers what officials ask. The one place in the chat that lets somebody do something, or not.

Whatever was typed or stood in a button comes through `answer`: the person is looked up anew each
time, what they ask about is read, `may` decides, only then it runs, and nothing leaves before the
log has its line. The message is remembered together with what it changed.
"""

from dataclasses import dataclass, replace

from bot import enrolment
from bot.ask import Ask, Desk, Replies, Subject
from bot.commands import Command, offered
from bot.message import Choice, Inbound, Outbound, Photo
from bot.subject import Unclear
from skm.official import Action, Deed, Official, may
from skm.store import log, officials
from skm.store.received import Once, Repeated

OFFERED = 8  # units to choose from


@dataclass(frozen=True)
class Asked:
    """What is to be answered outside of the transaction of conversations. `person`: a pseudonym.

    `language`: for whoever turns out to be nobody's official.
    """

    inbound: Inbound
    person: str
    language: str
    command: Command | None = None
    argument: str = ""
    token: str | None = None


@dataclass(frozen=True)
class Officials:
    """Officials' half of the inbox."""

    desk: Desk

    async def answer(self, asked: Asked) -> Replies:
        """Do it, or nothing if it was done before."""
        channel, message = asked.inbound.address.channel, asked.inbound.id
        once = Once(self.desk.db, channel, message, self.desk.now())
        try:
            replies = await replace(self, desk=replace(self.desk, db=once))._answer(asked)
            await once.remember()
        except Repeated:
            return ()
        return replies

    async def _answer(self, asked: Asked) -> Replies:
        if asked.token is not None:
            address = asked.inbound.address
            return await enrolment.accept(
                self.desk, address, asked.person, asked.token, asked.language
            )
        official = await self.desk.db.read(lambda conn: officials.by_person(conn, asked.person))
        command = asked.command
        if official is None or command is None or command.needs is None or command.run is None:
            return self._refused(asked.language, "command.only_officials")
        try:
            subject = await self.desk.db.read(
                lambda conn: command.read(conn, self.desk, official, asked.argument)
            )
            return await self._run(command, official, subject, asked.inbound.photo)
        except Unclear as unclear:
            return (self._which(official, command, unclear),)

    async def _run(
        self, command: Command, official: Official, subject: Subject, photo: Photo | None
    ) -> Replies:
        """Deny by default: nothing is read before `may` has agreed.

        A command with a deed only reads, so its line comes after: what a crash interrupts in
        between is then done again, as it should be.
        """
        needs = Action.EXPORT if subject.form else command.needs
        about = f"/{command.name} {subject}"
        if needs is None or command.run is None or not may(official, needs, subject.lineage):
            await self._write_down(official, Deed.REFUSED, about)
            return self._refused(official.language, "command.refused")
        replies = await command.run(Ask(self.desk, official, subject, photo))
        if command.deed:
            deed = Deed.EXPORT if subject.form else command.deed
            await self._write_down(official, deed, about)
        return replies

    async def _write_down(self, official: Official, deed: Deed, about: str) -> None:
        now = self.desk.now()
        await self.desk.db.write(lambda conn: log.add(conn, official.id, deed, about, now))

    def help(self, official: Official) -> Outbound:
        """What they may type."""
        language, catalog = official.language, self.desk.catalog
        lines = [catalog.say(language, "command.help")]
        lines += [
            f"/{command.name} – {catalog.say(language, f'command.{command.name}')}"
            for command in offered(official)
            if command.needs
        ]
        lines += ["", catalog.say(language, "command.help_example")]
        return Outbound("\n".join(lines), language=language)

    def _refused(self, language: str, key: str) -> Replies:
        return (Outbound(self.desk.catalog.say(language, key), language=language),)

    def _which(self, official: Official, command: Command, unclear: Unclear) -> Outbound:
        """Several units may be meant: choose. None: say how to find one."""
        key = {0: "command.no_unit", 1: "command.near"}.get(len(unclear.near), "command.which")
        text = self.desk.catalog.say(official.language, key, words=unclear.words)
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
