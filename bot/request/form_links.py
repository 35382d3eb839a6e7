"""Signed, short-lived links to the page on which an official edits the follow-ups of a unit.

A link names the official, the unit and the period. It grants nothing by itself: every request looks
up the official and asks `may`. Saving uses a link up; the browser that saved goes on with the next
one, which lasts no longer than the first, and whoever else has the link can do nothing with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from skm.errors import PeriodError
from skm.instansi.official import Official
from skm.instansi.period import Period
from skm.instansi.upp import Upp

OPENS = timedelta(hours=1)  # after a link is made, to open the page
SAVES = timedelta(hours=2)  # after a link is made, to save the form


@dataclass(frozen=True)
class FormLink:
    """`official`: the id of whom it was made for. `since`: when the first one was made. `saved`:
    how many times the form was saved before.
    """

    official: int
    upp: str
    period: Period
    since: datetime
    saved: int = 0

    def opens(self, now: datetime) -> bool:
        return timedelta() <= now - self.since <= OPENS

    def saves(self, now: datetime) -> bool:
        return timedelta() <= now - self.since <= SAVES


class FormLinks:
    """`secrets`: the last one signs, all are accepted. `base`: the public address."""

    def __init__(self, secrets: Sequence[str], base: str) -> None:
        self._serializer = URLSafeSerializer(list(secrets), salt="skm.web.follow_up")
        self.base = base

    def link(self, official: Official, unit: Upp, period: Period, now: datetime) -> str:
        """The address of the page."""
        return (
            f"{self.base}/tindaklanjut/{self._token(FormLink(official.id, unit.code, period, now))}"
        )

    def next(self, link: FormLink) -> str:
        """The token after this one was used up."""
        return self._token(replace(link, saved=link.saved + 1))

    def read(self, token: str, now: datetime) -> FormLink | None:
        """The link of a token, None for one that we did not sign."""
        try:
            official, upp, period, since, saved = self._serializer.loads(token)
            at = datetime.fromtimestamp(since, now.tzinfo)
            return FormLink(int(official), str(upp), Period.parse(str(period)), at, int(saved))
        except (BadSignature, PeriodError, ValueError, TypeError):
            return None

    def _token(self, link: FormLink) -> str:
        since = int(link.since.timestamp())
        packed = [link.official, link.upp, str(link.period), since, link.saved]
        return str(self._serializer.dumps(packed))
