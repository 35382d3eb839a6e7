"""Links that let an official write on a page what they would type: signed, and soon over.

A link says who, of which unit and which period. It is no leave by itself: whether they still may is
asked of the officials' table at every request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from skm.errors import PeriodError
from skm.official import Official
from skm.period import Period
from skm.upp import Upp

OPENS = timedelta(hours=1)  # that a link can be followed
SAVES = timedelta(hours=2)  # and what was typed by then can be sent


@dataclass(frozen=True)
class Permit:
    """`official`: whose it is. `since`: when the link was made."""

    official: int
    upp: str
    period: Period
    since: datetime

    def opens(self, now: datetime) -> bool:
        return timedelta() <= now - self.since <= OPENS

    def saves(self, now: datetime) -> bool:
        return timedelta() <= now - self.since <= SAVES


class Permits:
    """Makes and reads them. `secrets`: the last one signs. `base`: our public address."""

    def __init__(self, secrets: Sequence[str], base: str) -> None:
        self._serializer = URLSafeSerializer(list(secrets), salt="skm.web.follow_up")
        self.base = base

    def link(self, official: Official, unit: Upp, period: Period, now: datetime) -> str:
        """The address of the page."""
        packed = [official.id, unit.code, str(period), int(now.timestamp())]
        return f"{self.base}/tindaklanjut/{self._serializer.dumps(packed)}"

    def read(self, token: str, now: datetime) -> Permit | None:
        """None for what we have not signed."""
        try:
            official, upp, period, since = self._serializer.loads(token)
            at = datetime.fromtimestamp(since, now.tzinfo)
            return Permit(int(official), str(upp), Period.parse(str(period)), at)
        except (BadSignature, PeriodError, ValueError, TypeError):
            return None
