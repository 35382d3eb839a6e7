"""What a channel is: it sends, it has limits, and it says what kind of failure a failure was."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.message import Address, Outbound, Photo


@dataclass(frozen=True)
class Limits:
    """What fits, and what it costs. `text`, `caption`: characters.

    `edits`: a sent message can be changed, so showing it again costs nobody anything.
    `profile`: how many questions about the respondent are asked where each costs money.
    """

    text: int
    caption: int
    edits: bool
    profile: int | None = None


class SendError(Exception):
    """A message did not go out (or nobody knows).

    `retryable`: the same send may succeed later, not before `retry_at`.
    `blocked`: the person does not want us, or the chat is gone: do not send again.
    `moved`: the chat's new id. `unknown`: the request left and no answer came back, so the
    message may or may not have arrived: never blindly repeat it.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool = False,
        blocked: bool = False,
        unknown: bool = False,
        moved: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.blocked = blocked
        self.unknown = unknown
        self.moved = moved
        self.retry_at = retry_at

    @property
    def kind(self) -> str:
        """In a word, for counting."""
        kinds = ("unknown", "blocked", "moved", "retryable")
        return next((kind for kind in kinds if getattr(self, kind)), "refused")


class LoadError(Exception):
    """A photo could not be loaded; sending it once more may help."""


Send = Callable[[Outbound], Awaitable[None]]
Load = Callable[[Photo], Awaitable[bytes]]
"""Loads what somebody sent; raises LoadError."""
OnSend = Callable[[str], None]
"""Hears how each send ended: "arrived", or the kind of its failure."""


def unheard(outcome: str) -> None:
    """Nobody counts."""


@contextmanager
def told_to(on_send: OnSend) -> Iterator[None]:
    """Around one send: how it ended is passed on, whatever it raises is raised."""
    try:
        yield
    except SendError as error:
        on_send(error.kind)
        raise
    on_send("arrived")


class Channel(Protocol):
    """One way to reach people. `send` raises SendError; bulk sends wait for the citizens' ones."""

    name: str
    limits: Limits

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None: ...


@runtime_checkable
class Messenger(Channel, Protocol):
    """One that reaches people elsewhere: what we say to them may still be under way."""

    async def drain(self, seconds: float) -> None:
        """Let it go out, for at most this long."""


@runtime_checkable
class Watched(Protocol):
    """One that knows whether its messenger answers us."""

    name: str
    answers: bool
