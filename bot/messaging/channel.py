"""What a channel is: it sends messages, has limits, and classifies its failures."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.messaging.message import Address, Inbound, Outbound, SentFile, SentPhoto
from bot.messaging.rate_limit import Lane, TurnIsFar


@dataclass(frozen=True)
class Limits:
    """`text`, `caption`: the longest texts, in UTF-16 code units.

    `edits`: whether a sent message can be edited, so that showing it again costs nothing.
    `profile`: how many questions about the respondent are asked, None for all.
    """

    text: int
    caption: int
    edits: bool
    profile: int | None = None


class SendError(Exception):
    """A message was not sent, or that is unknown.

    `retryable`: the same send may succeed later, not before `retry_at`.
    `blocked`: the person blocked us or the chat is gone: do not send again.
    `moved`: the chat's new id. `invitation`: the ids of messages that were sent instead, to ask the
    person to open the chat. `unknown`: the request was sent and no response came, so the message
    may have arrived: never repeat it blindly. `picture`: only the picture was refused.

    `accepted`: the ids of the first messages of several, which were sent before one failed.
    """

    accepted: Sequence[str] = ()

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool = False,
        blocked: bool = False,
        unknown: bool = False,
        moved: str | None = None,
        retry_at: datetime | None = None,
        invitation: Sequence[str] = (),
        picture: bool = False,
    ) -> None:
        super().__init__(reason)
        self.picture = picture
        self.invitation = invitation
        self.retryable = retryable
        self.blocked = blocked
        self.unknown = unknown
        self.moved = moved
        self.retry_at = retry_at

    @property
    def kind(self) -> str:
        """One word, for counting."""
        kinds = ("unknown", "blocked", "moved", "retryable")
        return next((kind for kind in kinds if getattr(self, kind)), "refused")


class Postponed(SendError):
    """Nothing was sent, because its turn is far away: this does not count as an attempt."""

    def __init__(self, turn: TurnIsFar, now: datetime) -> None:
        super().__init__(str(turn), retryable=True, retry_at=now + timedelta(seconds=turn.seconds))


class LoadError(Exception):
    """A photo could not be loaded; the person may send it again."""


Send = Callable[[Outbound], Awaitable[None]]
Receive = Callable[[Inbound, Send], Awaitable[None]]
Leaving = Callable[[], Awaitable[None]]
"""Awaited when a message's turn has come, just before the request; what it raises stops it."""
LoadPhoto = Callable[[str, SentPhoto | SentFile], Awaitable[bytes]]
"""Loads what was sent through the channel of this name; raises LoadError."""
OnSend = Callable[[str], None]
"""Called after each send with "arrived" or the kind of its failure."""


def ignore_outcome(outcome: str) -> None:
    """For channels whose sends are not counted."""


async def leave() -> None:
    """For messages whose sending is not recorded."""


@contextmanager
def reporting(on_send: OnSend) -> Iterator[None]:
    """Around one send: reports how it ended, if it began, and raises what it raised."""
    try:
        yield
    except Postponed:
        raise
    except SendError as error:
        on_send(error.kind)
        raise
    on_send("arrived")


class Channel(Protocol):
    """One way to reach people."""

    name: str
    limits: Limits

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        """Returns the ids under which the messenger reports later what became of the message, none
        if it does not. Raises SendError, and what `leaving` raises.
        """


@runtime_checkable
class Messenger(Channel, Protocol):
    """A channel with a queue of replies."""

    async def flush(self, seconds: float) -> None:
        """Let the queued replies be sent, for at most this long."""


@runtime_checkable
class PhotoSource(Protocol):
    """A channel through which photos and other files are sent."""

    async def load(self, photo: SentPhoto | SentFile) -> bytes:
        """Its bytes; raises LoadError."""


@runtime_checkable
class Watched(Protocol):
    """A channel that knows whether its messenger answers."""

    name: str
    answers: bool


async def load_photo(
    channels: Mapping[str, Channel], name: str, photo: SentPhoto | SentFile
) -> bytes:
    """The bytes of what was sent through the channel of this name; raises LoadError."""
    channel = channels.get(name)
    if not isinstance(channel, PhotoSource):
        raise LoadError(f"no photo can be loaded from {name}")
    return await channel.load(photo)
