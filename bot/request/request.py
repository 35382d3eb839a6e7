"""A request of an official: who asks, about which unit and period, in which language."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.messaging.message import Attachment, Outbound, Replies, Rows, SentFile, SentPhoto
from bot.messaging.vocabulary import Vocabulary
from bot.request.instansi import Instansi
from skm.errors import SkmError
from skm.figures.report import EVERYTHING
from skm.instansi.official import Official
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class Subject:
    """What a request is about. `upp` None: the whole instansi, which has no lineage.

    `lineage`: the codes of the unit and of all units above it. `form`: the format of the file that
    is asked for, "" for an answer in the chat. `rest`: what else was typed. `unfinished`: a period
    that was typed but is not over, where `period` is the newest one that is.
    """

    upp: Upp | None
    lineage: tuple[str, ...]
    period: Period
    form: str = ""
    rest: str = ""
    unfinished: Period | None = None

    @property
    def code(self) -> str:
        """How a button names the unit."""
        return self.upp.code if self.upp else EVERYTHING

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, str(self.period), self.form)))


@dataclass(frozen=True)
class Topic:
    """What a text or a document is about, and the language that its reader has chosen."""

    instansi: Instansi
    language: str
    subject: Subject

    @property
    def name(self) -> str:
        """The name of the unit, or of the whole instansi."""
        return self.subject.upp.name if self.subject.upp else self.instansi.name

    @property
    def today(self) -> date:
        """The local day."""
        return self.instansi.today

    def say(self, key: str, **values: object) -> str:
        """A text of the locales in the reader's language."""
        return self.instansi.catalog.say(self.language, key, **values)

    def unsur(self, unsur: Unsur) -> str:
        """The short name of an unsur."""
        return self.say(f"unsur_short.{unsur}")

    def written(self, value: object) -> str:
        """A number, a day or a moment as the reader's language writes it."""
        return self.instansi.catalog.written(self.language, value)

    def message(self, text: str, rows: Rows = (), attachment: Attachment | None = None) -> Outbound:
        """A message in the reader's language."""
        return Outbound(text, rows, attachment=attachment, language=self.language)


Export = Callable[[Database, Topic], Awaitable[Attachment]]
"""Makes the file of a unit and a period."""


class Declined(SkmError):
    """A request that cannot be met, so that nothing was shown or done, and nothing is recorded.

    `key`, `values`: the text that says why and what to do instead.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Request:
    """A request that the official is allowed to make. `person`: their pseudonym. `photo`, `file`:
    what they sent with it.
    """

    db: Database
    official: Official
    topic: Topic
    person: str
    photo: SentPhoto | None = None
    file: SentFile | None = None

    @property
    def subject(self) -> Subject:
        return self.topic.subject

    @property
    def instansi(self) -> Instansi:
        return self.topic.instansi

    @property
    def language(self) -> str:
        return self.topic.language

    @property
    def vocabulary(self) -> Vocabulary:
        return self.instansi.catalog.vocabulary

    @property
    def now(self) -> datetime:
        return self.instansi.now()

    @property
    def today(self) -> date:
        """The local day."""
        return self.instansi.today

    def say(self, key: str, **values: object) -> str:
        """A text of the locales in the official's language."""
        return self.topic.say(key, **values)

    def reply(self, key: str, **values: object) -> Replies:
        """One message with a text of the locales."""
        return (self.topic.message(self.say(key, **values)),)
