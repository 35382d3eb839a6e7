"""Doing a send once: the states of a delivery and what leads from one to the next.

A delivery is claimed before it is made and frozen before it is sent, so that whoever repeats it
sends the same bytes. A send whose outcome nobody knows is recorded as that and not repeated.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    DUE = "due"  # planned, or failed in a way that may pass
    CLAIMED = "claimed"  # somebody prepares it; nothing has left
    SENDING = "sending"  # the request may have left
    SENT = "sent"
    FAILED = "failed"  # given up
    BLOCKED = "blocked"  # the recipient does not want us
    UNKNOWN = "unknown"  # it may have arrived: a person decides


class Outcome(StrEnum):
    """How an attempt ended."""

    ARRIVED = "arrived"
    RETRYABLE = "retryable"
    REFUSED = "refused"  # the same content will never be taken
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
LEASE = timedelta(minutes=10)  # a claim older than this belongs to a process that died

AFTER: dict[Outcome, State] = {
    Outcome.ARRIVED: State.SENT,
    Outcome.RETRYABLE: State.DUE,
    Outcome.REFUSED: State.FAILED,
    Outcome.BLOCKED: State.BLOCKED,
    Outcome.UNKNOWN: State.UNKNOWN,
}

ABANDONED: dict[State, State] = {
    State.CLAIMED: State.DUE,  # nothing had left: begin again
    State.SENDING: State.UNKNOWN,  # it may have left: never blindly again
}


class Kind(StrEnum):
    """What is delivered; `about` names its period, its alert, or its unit and period."""

    DIGEST = "digest"
    ALERT = "alert"
    BUDGET = "budget"  # an admin hears that a paid channel is not offered any more
    BLOCKED = "blocked"  # an admin hears that somebody cannot be reached
    FOLLOW_UP = "tindak_lanjut"
    ASIDE = "aside"  # an admin hears of messages that could not be taken


@dataclass(frozen=True)
class Plan:
    """A message that will be due; `key` is the same whoever plans it, so it is planned once."""

    key: str
    kind: Kind
    official: int
    about: str
    due_at: datetime


@dataclass(frozen=True)
class Frozen:
    """What is sent, the same bytes at every attempt: `content` is JSON text, `picture` a PNG."""

    content: str
    picture: bytes | None = field(default=None, repr=False)

    @property
    def sha256(self) -> str:
        """Over both, as hex."""
        return hashlib.sha256(self.content.encode() + b"\0" + (self.picture or b"")).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """A planned message and what became of it. `attempts` counts those that began."""

    id: int
    plan: Plan
    state: State
    attempts: int
    next_at: datetime
    frozen: Frozen | None = None
    sent_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True)
class Next:
    """What to write down after an attempt."""

    state: State
    at: datetime | None = None  # when it is due again


def after(outcome: Outcome, attempts: int, now: datetime, retry_at: datetime | None = None) -> Next:
    """The state after the attempt number `attempts` (from 1); the recipient's own wish of when
    to come back (`retry_at`) is obeyed, and after the last back-off we give up."""
    state = AFTER[outcome]
    if state is not State.DUE:
        return Next(state)
    if attempts > len(BACK_OFF):
        return Next(State.FAILED)
    wait = now + BACK_OFF[attempts - 1]
    return Next(State.DUE, max(wait, retry_at) if retry_at else wait)
