"""Sending at most once: the states of a delivery and the transitions between them.

A delivery is claimed before its content is made, and its content is frozen before it is sent, so
that a retry sends the same bytes. A send with an unknown outcome is recorded as such and not
repeated.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    DUE = "due"  # planned, or waiting for a retry
    CLAIMED = "claimed"  # a process prepares it; nothing has been sent
    SENDING = "sending"  # the request may have been sent
    SENT = "sent"
    FAILED = "failed"  # given up
    BLOCKED = "blocked"  # the recipient has blocked us
    UNKNOWN = "unknown"  # it may have arrived; an admin decides
    CANCELLED = "cancelled"  # no longer wanted when it was to be sent


class Outcome(StrEnum):
    ARRIVED = "arrived"
    RETRYABLE = "retryable"
    PICTURE = "picture"  # its picture was refused: again without it
    REFUSED = "refused"  # the same content will never be accepted
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
LEASE = timedelta(minutes=10)  # an older claim belongs to a process that died

AFTER: dict[Outcome, DeliveryState] = {
    Outcome.ARRIVED: DeliveryState.SENT,
    Outcome.RETRYABLE: DeliveryState.DUE,
    Outcome.PICTURE: DeliveryState.DUE,
    Outcome.REFUSED: DeliveryState.FAILED,
    Outcome.BLOCKED: DeliveryState.BLOCKED,
    Outcome.UNKNOWN: DeliveryState.UNKNOWN,
}

ABANDONED: dict[DeliveryState, DeliveryState] = {
    DeliveryState.CLAIMED: DeliveryState.DUE,  # nothing had been sent
    DeliveryState.SENDING: DeliveryState.UNKNOWN,  # it may have been sent
}


class DeliveryKind(StrEnum):
    """What is delivered, the most urgent first. A plan's `about` names the period or the alert."""

    LOWEST = "lowest"  # an alert that a citizen's answer raised
    ALERT = "alert"
    BLOCKED = "blocked"  # tells admins that an official cannot be reached
    NEWS = "news"  # tells admins what another one did; `about`: the entry of the audit log
    BUDGET = "budget"  # tells admins that a paid channel is no longer offered
    UNREADABLE = "unreadable"  # tells an admin of messages that could not be read or processed
    FOLLOW_UP = "tindak_lanjut"
    SUBMISSION = "submission"  # reports that were not handed in, or were returned
    DIGEST = "digest"


IN_BULK = frozenset(
    {DeliveryKind.FOLLOW_UP, DeliveryKind.SUBMISSION, DeliveryKind.DIGEST}
)  # due to many at one moment


@dataclass(frozen=True)
class PlannedDelivery:
    """A message that will be due. `key` makes it unique, so that it is planned only once."""

    key: str
    kind: DeliveryKind
    official: int
    about: str
    due_at: datetime


@dataclass(frozen=True)
class Frozen:
    """What is sent, the same bytes at every attempt. `content`: JSON text; `picture`: a PNG."""

    content: str
    picture: bytes | None = field(default=None, repr=False)

    @property
    def sha256(self) -> str:
        """SHA-256 over both, as hex."""
        return hashlib.sha256(self.content.encode() + b"\0" + (self.picture or b"")).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """A planned message and its state. `attempts`: how many have begun. `accepted`: how many of
    the messages it is made of were accepted, while not all are. `plain`: sent without its picture.
    """

    id: int
    plan: PlannedDelivery
    state: DeliveryState
    attempts: int
    next_at: datetime
    frozen: Frozen | None = None
    sent_at: datetime | None = None
    error: str | None = None
    accepted: int = 0
    plain: bool = False


@dataclass(frozen=True)
class SentMessage:
    """A message that a messenger accepted, of a delivery. `invitation`: it only asks to open the
    chat, and the delivery's own message waits for that.
    """

    delivery: int
    invitation: bool = False


@dataclass(frozen=True)
class StatusReport:
    """What a messenger reported of an accepted message. `retry_at`: the earliest time to retry."""

    outcome: Outcome
    error: str | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True)
class Next:
    """What to record after an attempt. `at`: when it is due again."""

    state: DeliveryState
    at: datetime | None = None


def after(outcome: Outcome, attempts: int, now: datetime, retry_at: datetime | None = None) -> Next:
    """The state after attempt number `attempts` (from 1). `retry_at`: the earliest time of a retry
    that the messenger asked for. After the last back-off a delivery has failed.
    """
    state = AFTER[outcome]
    if state is not DeliveryState.DUE:
        return Next(state)
    if attempts > len(BACK_OFF):
        return Next(DeliveryState.FAILED)
    wait = now + BACK_OFF[attempts - 1]
    return Next(DeliveryState.DUE, max(wait, retry_at) if retry_at else wait)
