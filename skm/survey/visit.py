"""A visit: one respondent at one collector, and the interview that happens there.

The interview is what was answered; the visit is who answered (a pseudonym), where, when and through
which channel. It has no address: a reply goes to where the message came from.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from skm.instansi.collector import Collector, Mode
from skm.survey.interview import Interview
from skm.survey.response import Response


@dataclass(frozen=True)
class Visit:
    """An interview and its circumstances.

    `instrument`: the version asked. `version` counts the saves and guards against two writers.
    `ticket`: the secret part of the visit ticket, where the collector requires one. `opened_at`,
    `touched_at`, `closed_at`: aware, UTC; `closed_at` is None while the visit is open. `asked_at`:
    when the respondent did what led to the shown question, by the messenger's clock; None without.
    """

    interview: Interview
    collector: Collector
    upp_name: str
    instrument: str
    respondent: str
    channel: str
    mode: Mode
    opened_at: datetime
    touched_at: datetime
    closed_at: datetime | None = None
    asked_at: datetime | None = None
    ticket: str | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """The receipt number, by which buttons also name the interview."""
        return self.interview.id

    def lapsed(self, now: datetime, after: timedelta) -> bool:
        """Whether the last event was at least `after` ago, which ends the visit."""
        return now - self.touched_at >= after


def precedes(sent_at: datetime | None, visit: Visit) -> bool:
    """Whether something was sent before the act that led to the shown question."""
    return sent_at is not None and visit.asked_at is not None and sent_at < visit.asked_at


def asked_after(visit: Visit, sent_at: datetime | None) -> datetime | None:
    """The `asked_at` after something that was sent then has changed the interview."""
    return max(filter(None, (visit.asked_at, sent_at)), default=None)


def response_of(visit: Visit, now: datetime) -> Response:
    """The response of a visit whose interview is complete, submitted now."""
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
