"""Crops of photos, in memory until their question is answered; no part of a photo is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
MOST = 400  # crops: some 30 MB


@dataclass
class Crops:
    """By form and item. A crop that is gone is no loss: the paper form is at hand."""

    kept: dict[tuple[int, str], tuple[datetime, bytes]] = field(default_factory=dict, repr=False)

    def keep(self, form: int, crops: Mapping[str, bytes], now: datetime) -> None:
        """Keeps the crops of a form; drops what is too old, and the oldest of too many."""
        fresh = {key: one for key, one in self.kept.items() if one[0] > now - LASTS}
        fresh |= {(form, item): (now, png) for item, png in crops.items()}
        self.kept = dict(list(fresh.items())[-MOST:])

    def of(self, form: int, item: str, now: datetime) -> bytes | None:
        at, png = self.kept.get((form, item), (None, b""))
        return png if at and at > now - LASTS else None

    def drop(self, form: int, item: str = "") -> None:
        """Forgets the crop of an item, or all of a form."""
        self.kept = {
            key: one for key, one in self.kept.items() if key[0] != form or item not in ("", key[1])
        }
