"""Files that were uploaded on a page and wait for a decision, in memory only.

They are gone after an hour, after a decision and when the process ends; then the file is uploaded
again. The choices about a file are in the database (skm.store.intake.uploads).
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from skm.intake.upload import LAPSES

MOST = 8  # files of at most bot.messaging.message.LARGEST bytes


@dataclass(frozen=True)
class WaitingFile:
    """`key`: the upload's. `at`: when it came."""

    key: str
    at: datetime
    content: bytes


@dataclass
class WaitingFiles:
    """One file for each official; beyond `most` the oldest goes. What has lapsed is dropped at the
    next call.
    """

    most: int = MOST
    _by_official: dict[int, WaitingFile] = field(default_factory=dict)

    def keep(self, official: int, content: bytes, now: datetime) -> str:
        """The key of the file, which replaces the official's earlier one."""
        self._lapse(now)
        self._by_official.pop(official, None)
        while len(self._by_official) >= self.most:
            del self._by_official[next(iter(self._by_official))]
        key = f"page:{secrets.token_urlsafe(12)}"
        self._by_official[official] = WaitingFile(key, now, content)
        return key

    def content(self, official: int, key: str, now: datetime) -> bytes | None:
        """None if the file is gone."""
        self._lapse(now)
        found = self._by_official.get(official)
        return found.content if found and found.key == key else None

    def drop(self, official: int) -> None:
        self._by_official.pop(official, None)

    def _lapse(self, now: datetime) -> None:
        for official, file in list(self._by_official.items()):
            if now - file.at >= LAPSES:
                del self._by_official[official]
