"""A visit: one respondent at one collector, and the interview that happens there.

The interview is what was said; the visit is who (a pseudonym), where, when and through which
channel. The address needed to answer lives here only while the visit is open.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from skm.interview import Interview
from skm.response import Response
from skm.upp import Collector, Mode

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread: no 0 O 1 I


@dataclass(frozen=True)
class Visit:
    """An interview with what surrounds it.

    `instrument`: the version asked. `version` counts the saves and guards against two writers.
    `address`: opaque text of the channel, None once closed. `ticket`: the visit ticket's secret
    part, where the collector wants one. `opened_at`, `touched_at`: aware, UTC.
    """

    interview: Interview
    collector: Collector
    upp_name: str
    instrument: str
    respondent: str
    channel: str
    address: str | None
    mode: Mode
    opened_at: datetime
    touched_at: datetime
    ticket: str | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """The receipt number: also the name of the interview inside buttons."""
        return self.interview.id

    def lapsed(self, now: datetime, after: timedelta) -> bool:
        """Nobody came back for so long that the visit is over."""
        return now - self.touched_at >= after


def response_of(visit: Visit, now: datetime) -> Response:
    """The response of a complete interview, submitted now."""
    interview = visit.interview
    return Response(
        id=interview.id,
        upp=visit.collector.upp,
        layanan=visit.collector.layanan,
        collector=visit.collector.code,
        instrument=visit.instrument,
        answers=dict(interview.answers),
        profile=dict(interview.profile),
        saran=interview.comment,
        submitted_at=now,
        started_at=visit.opened_at,
        respondent=visit.respondent,
        channel=visit.channel,
        mode=visit.mode,
        language=interview.language,
    )


def pseudonym(key: bytes, channel: str, user: str) -> str:
    """A keyed pseudonym (HMAC-SHA-256, 128 bits as hex): useless without the key (UU 27/2022)."""
    return hmac.digest(key, f"{channel}:{user}".encode(), "sha256")[:16].hex()


def new_code(length: int = 8) -> str:
    """A random code for receipts (8: 40 bits) and collectors (6: 30 bits)."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(length))
