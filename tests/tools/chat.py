"""A citizen in a test: `await chat.opens("K7Q2M9")`, `await chat.taps("Baik")`, `chat.hears("…")`.

Behind it stand the real inbox and a real database; only the channel is a list.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.rules import Rules
from bot.citizen.screens import Screens
from bot.inbox import Inbox
from bot.messaging.catalog import Catalog
from bot.messaging.channel import Limits, LoadError
from bot.messaging.links import Links
from bot.messaging.message import Address, Choice, Inbound, Outbound, SentFile, SentPhoto
from bot.official.dispatch import Dispatch
from bot.official.handlers import handlers
from bot.official.menu import Menus
from bot.request.chart_workers import ChartWorkers
from bot.request.form_links import FormLinks
from bot.request.instansi import Instansi
from bot.request.request import Subject, Topic
from bot.running.settings import INSTRUMENTS
from skm.instansi.collector import Collector
from skm.instansi.official import Invitation, Role
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.figures.flags import FlagRules
from skm.store.officials import invitations
from skm.store.survey import collectors, upps
from skm.survey.instrument import Instrument
from tests.tools.databases import sqlite_in

DRAWING = ChartWorkers(workers=1)  # one for all tests: starting one costs more than a chart
CATALOG = Catalog.load()  # read once: parsing takes longer than all else that a test sets up
KEY = b"a test's key, thirty-two bytes or so"
LIMITS = Limits(text=4096, caption=1024, edits=True)
CODE = "PAJANG"
TICKETED = "LOKET7"


@dataclass
class Time:
    """A clock that a test turns."""

    at: datetime = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@dataclass
class Desk:
    """A whole installation on one database: `desk.chat()` is one more citizen.

    `photos`: what people sent, by its name in the channel; `loaded`: which of them we asked for.
    `parts`: what the handlers of officials' commands are made with.
    """

    inbox: Inbox = field(repr=False)
    time: Time
    ids: "count[int]" = field(default_factory=count)
    photos: dict[str, bytes] = field(default_factory=dict, repr=False)
    loaded: list[str] = field(default_factory=list, repr=False)
    parts: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def db(self) -> Database:
        return self.inbox.db

    @property
    def instansi(self) -> Instansi:
        return self.inbox.officials.instansi

    def topic(self, upp: Upp | None, period: Period, language: str = "id") -> Topic:
        """What a text or a document about a unit (None: all) stands on."""
        return Topic(self.instansi, language, Subject(upp, (), period))

    def answering_with(self, **parts: Any) -> "Desk":
        """The same, whose handlers have other parts."""
        made = {**self.parts, **parts}
        officials = replace(self.inbox.officials, menus=made["menus"], handlers=handlers(**made))
        return replace(self, inbox=replace(self.inbox, officials=officials), parts=made)

    async def load(self, channel: str, photo: SentPhoto | SentFile) -> bytes:
        self.loaded.append(photo.key)
        if not self.photos[photo.key]:
            raise LoadError("it is gone")
        return self.photos[photo.key]

    def chat(self, user: str = "", **kind: Any) -> "Chat":
        return Chat(self, user or f"warga-{next(self.ids)}", **kind)

    async def official(self, role: str, upp: str | None = None, name: str = "") -> "Chat":
        """Somebody who was invited and has accepted; `upp` None: for the whole instansi."""
        token = await self.invitation(role, upp, name)
        return await self.chat(f"{role}-{upp}-{next(self.ids)}").opens(f"i-{token}")

    async def invitation(self, role: str, upp: str | None = None, name: str = "") -> str:
        invited = Invitation(Role(role), upp, name)
        return await self.db.write(lambda conn: invitations.create(conn, invited, self.time()))


@dataclass
class Chat:
    """One person's chat. `transcript` is what both sides said, readable."""

    desk: Desk
    user: str
    channel: str = "telegram"
    language: str = ""
    at: str = ""  # the chat's id where it matters
    private: bool = True
    assisted: bool = False
    numbered: str = "m"  # how the channel's ids of its messages begin
    screens: list[Outbound] = field(default_factory=list, repr=False)
    transcript: list[str] = field(default_factory=list, repr=False)
    last: Inbound | None = None

    # --- what a person does ----------------------------------------------------------------------

    async def opens(self, payload: str = "") -> "Chat":
        return await self._does(f"membuka /start {payload}".strip(), start=payload)

    async def types(self, text: str) -> "Chat":
        return await self._does(f"mengetik: {text}", text=text)

    async def taps(self, *labels: str) -> "Chat":
        """Press these buttons one after the other, each on the newest screen."""
        for label in labels:
            await self._press(self._button(label))
        return self

    async def taps_old(self, label: str, screens_ago: int) -> "Chat":
        """Press a button on an earlier screen."""
        return await self._press(self._button(label, self.screens[-1 - screens_ago]))

    async def answers_all(self, nilai: int = 3) -> "Chat":
        for _ in range(9):
            await self.answers_one(nilai)
        return self

    async def answers_one(self, nilai: int = 3) -> "Chat":
        return await self.presses(nilai - 1)

    async def presses(self, position: int) -> "Chat":
        """Press the button at this place of the newest screen, whatever it says."""
        return await self._press(self.screen.choices[position])

    async def presses_last(self, position: int) -> "Chat":
        """Press a button of the newest screen's last row."""
        return await self._press(self.screen.rows[-1][position])

    async def forges(self, data: str) -> "Chat":
        return await self._does(f"memalsukan: {data}", choice=data)

    async def sends_a_photo(
        self, content: bytes = b"", caption: str = "", *, size: int = 0, album: str = ""
    ) -> "Chat":
        """Any bytes; `size`: what the channel says of them, if not how many they are."""
        key = f"foto{len(self.desk.photos)}"
        self.desk.photos[key] = content
        photo = SentPhoto(key, size or len(content), caption, album)
        return await self._does(f"mengirim foto {caption}".strip(), photo=photo)

    async def sends_a_file(self, content: bytes, name: str = "rekap.csv") -> "Chat":
        key = f"berkas{len(self.desk.photos)}"
        self.desk.photos[key] = content
        return await self._does(f"mengirim {name}", file=SentFile(key, len(content), name))

    async def sends_a_sticker(self) -> "Chat":
        return await self._does("mengirim stiker")

    async def is_redelivered(self) -> "Chat":
        """The channel delivers the last thing once more."""
        assert self.last is not None
        self.transcript.append("» (terkirim ulang)")
        await self.desk.inbox.receive(self.last, self._hear)
        return self

    # --- what a person sees ----------------------------------------------------------------------

    @property
    def screen(self) -> Outbound:
        assert self.screens, "nothing was heard yet"
        return self.screens[-1]

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.screen.choices]

    def hears(self, *parts: str) -> None:
        missing = [part for part in parts if part not in self.screen.text]
        assert not missing, f"not heard: {missing} in\n{self.screen.text}"

    def hears_nothing(self) -> None:
        assert not self.screens, f"heard: {self.screen.text}"

    # --- how -------------------------------------------------------------------------------------

    def _button(self, label: str, screen: Outbound | None = None) -> Choice:
        choices = (screen or self.screen).choices
        found = [choice for choice in choices if choice.label == label]
        assert found, f"no button {label!r} among {[choice.label for choice in choices]}"
        return found[0]

    async def _press(self, choice: Choice) -> "Chat":
        return await self._does(f"menekan [{choice.label}]", choice=choice.data)

    async def _does(self, said: str, photo: SentPhoto | None = None, **what: Any) -> "Chat":
        self.transcript.append(f"» {said}")
        self.last = Inbound(
            id=f"{self.numbered}{next(self.desk.ids)}",
            address=Address(self.channel, self.user, self.at or f"chat-{self.user}", self.private),
            language=self.language,
            assisted=self.assisted,
            photo=photo,
            message="1" if "choice" in what else None,
            **what,
        )
        await self.desk.inbox.receive(self.last, self._hear)
        return self

    async def _hear(self, outbound: Outbound) -> None:
        self.screens.append(outbound)
        marks = [[f"[{'✓ ' * c.chosen}{c.label}]" for c in row] for row in outbound.rows]
        self.transcript += [outbound.text, *(" ".join(row) for row in marks), ""]


async def _hangs_up(collector: Collector, at: datetime, conn: AsyncConnection) -> None:
    await collectors.add(conn, collector, at)


@asynccontextmanager
async def a_desk(
    where: Path | str,
    *,
    instrument: str = "skm9",
    empty: bool = False,
    forms: bool = False,
    **rules: object,
) -> AsyncIterator[Desk]:
    """A fresh installation with Puskesmas Pajang (code PAJANG, and LOKET7 with tickets).

    `where`: the URL of an empty, migrated database, or a folder for one. `empty`: without any unit.
    `forms`: pages can be reached from outside.
    """
    url = where if isinstance(where, str) else sqlite_in(where)
    time = Time()
    path = INSTRUMENTS / f"{instrument}.toml"
    phrase = Screens(CATALOG, Instrument.parse(path.read_text(encoding="utf-8")))
    given: dict[str, Any] = {"key": KEY, "zone": ZoneInfo("Asia/Jakarta"), **rules}
    async with Database.open(url) as db:
        limits = dict.fromkeys(("telegram", "web", "terminal"), LIMITS)
        limits["whatsapp"] = Limits(4096, 1024, edits=False)
        zone = ZoneInfo("Asia/Jakarta")
        links = Links("https://survei.test", "skm_bot")
        instansi = Instansi("Kota Contoh", phrase.catalog, zone, time)
        menus = Menus({}, phrase.catalog, "id")
        dispatch = Dispatch(db, instansi, menus, {})
        made = Desk(Inbox(db, phrase, Rules(**given), time, limits, dispatch), time)
        made = made.answering_with(
            workers=DRAWING, exports={}, links=links, menus=menus, load=made.load,
            forms=FormLinks([KEY.decode()], "https://survei.test") if forms else None,
            questionnaires={},
            keys=[KEY],
            rules=FlagRules(phrase.instrument, zone),
        )  # fmt: skip
        if empty:
            yield made
            return
        unit = Upp("PAJANG", "Puskesmas Pajang", population=12000)
        await db.write(lambda conn: upps.put(conn, [unit]))
        for collector in (
            Collector(CODE, unit.code, "Pendaftaran", "Loket 1"),
            Collector(TICKETED, unit.code, "Laboratorium", "Loket 7", ticketed=True),
        ):
            await db.write(partial(_hangs_up, collector, time()))
        yield made
