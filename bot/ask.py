"""What an official asked, and what answers stand on: the words that commands and answers share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from bot.catalog import Catalog
from bot.channel import Load
from bot.drawing import Drawing
from bot.links import Links
from bot.message import Address, Attachment, Outbound, Photo
from bot.permit import Permits
from skm.closing import Revision
from skm.official import Official
from skm.period import Period
from skm.report import InstansiReport, Report
from skm.store.archives import Asked
from skm.store.database import Database
from skm.store.reports import EVERYTHING
from skm.tindak_lanjut import TindakLanjut
from skm.upp import Upp

Replies = tuple[Outbound, ...]
Export = Callable[["Ask"], Awaitable[Attachment]]
"""Makes the file of a unit and a period."""


async def no_menu(desk: "Desk", address: Address, official: Official | None) -> None:
    """A channel without a menu of commands."""


@dataclass(frozen=True)
class Desk:
    """What answers stand on. `exports`: by format, such as "xlsx"; only these are offered.

    `loads`: by channel, how a photo is loaded that somebody sent there.
    `permits`: makes links to forms, where pages can be reached from outside.
    `show_menu`: shows in a chat the commands that an official, or a citizen (None), may give.
    `asked`: the wording of the questionnaire, which a closing keeps.
    """

    db: Database
    catalog: Catalog
    zone: tzinfo
    now: Callable[[], datetime]
    instansi: str
    links: Links
    exports: Mapping[str, Export] = field(default_factory=dict)
    drawing: Drawing = field(default_factory=Drawing)
    loads: Mapping[str, Load] = field(default_factory=dict)
    permits: Permits | None = None
    show_menu: Callable[["Desk", Address, Official | None], Awaitable[None]] = no_menu
    asked: Asked = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The instansi's local day."""
        return self.now().astimezone(self.zone).date()


@dataclass(frozen=True)
class Subject:
    """What a request is about. `upp` None: the whole instansi, which has no lineage.

    `lineage`: the codes of the unit and of all above it. `form`: a file's format, "" for an answer
    in the chat. `rest`: what else was typed.
    """

    upp: Upp | None
    lineage: tuple[str, ...]
    period: Period
    form: str = ""
    rest: str = ""

    @property
    def code(self) -> str:
        """How a button names the unit."""
        return self.upp.code if self.upp else EVERYTHING

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, str(self.period), self.form)))


@dataclass(frozen=True)
class Ask:
    """One request of an official, allowed already. `photo`: what they sent with it."""

    desk: Desk
    official: Official
    subject: Subject
    photo: Photo | None = None

    @property
    def language(self) -> str:
        return self.official.language

    @property
    def about(self) -> str:
        """The name of the unit, or of the whole instansi."""
        return self.subject.upp.name if self.subject.upp else self.desk.instansi

    def say(self, key: str, **values: object) -> str:
        """Words of the locales in the official's language."""
        return self.desk.catalog.say(self.language, key, **values)

    def tell(self, key: str, **values: object) -> Replies:
        """A message of one sentence."""
        return (Outbound(self.say(key, **values), language=self.language),)


@dataclass(frozen=True)
class Seen:
    """The figures that an answer is made of. `city`: the same for the whole instansi, both ways.

    `revision`: of a closed period, what has come in since. `followed`: what was planned for the
    period before, by unit.
    """

    report: Report
    before: Report
    city: InstansiReport | None = None
    revision: Revision | None = None
    followed: Sequence[Sequence[TindakLanjut]] = ()
