"""The channel-neutral words: what comes in, what goes out, and to whom."""

from dataclasses import dataclass, field

LARGEST = 10 << 20  # bytes of a photo that we take


@dataclass(frozen=True)
class Address:
    """Where to reach somebody. `user` is who (a channel's id), `chat` is where to send.

    `private`: nobody else reads along there. Both ids are the channel's, as text.
    """

    channel: str
    user: str
    chat: str
    private: bool = True

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"


@dataclass(frozen=True)
class Photo:
    """A picture that somebody sent, and that nobody has loaded: only its name in the channel.

    `key`: by which the channel loads it. `size`: bytes, 0 where that is not told. `caption`: what
    was typed with it. `album`: the same for all that were sent together, and no message's id; ""
    for one that was sent alone.
    """

    key: str = field(repr=False)
    size: int = 0
    caption: str = field(default="", repr=False)
    album: str = field(default="", repr=False)


@dataclass(frozen=True)
class Inbound:
    """One thing a person did.

    Exactly one of these is set, or none for what we cannot read (a voice, a sticker):
    `start`: a deep link was followed, with its payload ("" for a bare start);
    `choice`: a button was pressed, with its data; `text`: something was typed;
    `photo`: a picture was sent, which only an official may be asked for.
    `id` is unique per channel and the same on redelivery. `message`: the message that holds the
    pressed button. `language`: the client's hint, an ISO code or "".
    `assisted`: the device is an officer's or a kiosk's.
    """

    id: str
    address: Address
    start: str | None = None
    choice: str | None = None
    text: str | None = None
    photo: Photo | None = None
    message: str | None = None
    language: str = ""
    assisted: bool = False

    @property
    def album(self) -> str:
        """Of the photo, if it has one."""
        return self.photo.album if self.photo else ""


@dataclass(frozen=True)
class Choice:
    """A button. `data` comes back as Inbound.choice; `url` makes it a link instead.

    `chosen` marks the answer given earlier; `hint` is a second line where a channel has one.
    """

    label: str
    data: str = ""
    url: str = ""
    chosen: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Attachment:
    """A picture or document. `alt` says in words what a picture shows."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True)
class Outbound:
    """One message. `text` is plain text, never markup; `rows` are rows of buttons.

    `progress`: (done, of) where a channel can draw it. `replaces`: edit this message where the
    channel can, instead of sending a new one. `attachment`: sent with the text as its caption.
    `title`: what a page shows as its heading, where the channel has pages. `language`: the
    text's, an ISO code, so that a screen reader pronounces it right.
    """

    text: str
    rows: tuple[tuple[Choice, ...], ...] = ()
    progress: tuple[int, int] | None = None
    replaces: str | None = None
    attachment: Attachment | None = None
    title: str = ""
    language: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for row in self.rows for choice in row)
