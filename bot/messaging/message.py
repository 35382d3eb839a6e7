"""Messages as every channel understands them: what comes in, what goes out, and to whom."""

from dataclasses import dataclass, field
from datetime import datetime

LARGEST = 10 << 20  # bytes of a photo that is accepted


def storable(text: str) -> str:
    """The text without lone surrogates and NUL, which JSON can express and databases refuse."""
    return text.encode(errors="replace").decode().replace("\0", "")


@dataclass(frozen=True)
class Address:
    """`user`: who it is; `chat`: where to send; both are ids of the channel, as text.

    `private`: whether the chat is with that user alone. `thread`: the topic of a chat that has
    topics, "" without one. `formerly`: other ids of the same user that the channel names beside
    `user`, under which the user may be stored.
    """

    channel: str
    user: str
    chat: str
    private: bool = True
    thread: str = ""
    formerly: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"


def is_picture(media_type: str) -> bool:
    """Whether a file of this media type may hold pictures: an image, or a scan as PDF."""
    return media_type.startswith("image/") or media_type == "application/pdf"


@dataclass(frozen=True)
class SentPhoto:
    """A picture that was sent and is not loaded yet.

    `key`: by which the channel loads it. `size`: in bytes, 0 if unknown. `caption`: what was typed
    with it. `album`: the same for all pictures sent together, and no message's id; "" for one that
    was sent alone.
    """

    key: str = field(repr=False)
    size: int = 0
    caption: str = field(default="", repr=False)
    album: str = field(default="", repr=False)


@dataclass(frozen=True)
class SentFile:
    """A file that is no picture, as `SentPhoto`. `name`: as its sender sees it."""

    key: str = field(repr=False)
    size: int = 0
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Inbound:
    """One thing that a person did.

    One of these is set, or none for what cannot be read (a voice message, a sticker):
    `start`: a deep link was opened, with its payload ("" for a bare start);
    `choice`: a button was pressed, with its data; `text`: something was typed;
    `photo`: a picture was sent, which only officials are asked for;
    `file`: another file was sent, which only officials bring.
    `id`: unique per channel, and the same on redelivery. `message`: the message that holds the
    pressed button. `language`: that of the client, an ISO code or "". `sent_at`: when it was
    done by the messenger's clock, None if that is not known.
    `assisted`: the device belongs to an officer or a kiosk. `moved`: nothing was done; the channel
    reports that it names the person by another id from now on (Address.formerly). `network`: from
    which it came over the web, "" where that is not known; it is not stored.
    """

    id: str
    address: Address
    start: str | None = None
    choice: str | None = None
    text: str | None = None
    photo: SentPhoto | None = None
    file: SentFile | None = None
    message: str | None = None
    language: str = ""
    assisted: bool = False
    sent_at: datetime | None = None
    network: str = field(default="", repr=False)
    moved: bool = False

    @property
    def album(self) -> str:
        """The photo's album, "" without one."""
        return self.photo.album if self.photo else ""


@dataclass(frozen=True)
class Choice:
    """A button. `data` comes back as Inbound.choice; with `url` it is a link instead.

    `chosen`: the answer given earlier. `hint`: a second line, if the channel has one.
    """

    label: str
    data: str = ""
    url: str = ""
    chosen: bool = False
    hint: str = ""


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True)
class Attachment:
    """A picture or document."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Outbound:
    """One message. `text`: plain text, never markup. `rows`: rows of buttons.

    `progress`: (done, of), for channels that can draw it. `replaces`: the message to edit instead
    of sending a new one, if the channel can. `attachment`: sent with the text as its caption.
    `title`: the heading, on channels with pages. `opening`: the part at the beginning of the text
    that a page shows before the survey begins. `language`: the ISO code of the text's language,
    for screen readers. `accepted`: how many of the messages that a channel makes of this one were
    sent by an earlier attempt, and are not sent again.
    """

    text: str
    rows: Rows = ()
    progress: tuple[int, int] | None = None
    replaces: str | None = None
    attachment: Attachment | None = None
    title: str = ""
    language: str = ""
    opening: str = ""
    accepted: int = 0

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for row in self.rows for choice in row)


@dataclass(frozen=True)
class Person:
    """Somebody who did something: what, when, and by which pseudonym they are known."""

    inbound: Inbound
    respondent: str
    now: datetime


Replies = tuple[Outbound, ...]
