"""The settings of the survey conversation."""

from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from bot.running.settings import Settings


@dataclass(frozen=True)
class Rules:
    """`repeat_after`: when the same person may answer again at the same collector.

    `lapse_after`: how long an unfinished interview stays open. `zone`: where a day begins and ends.
    `old_key`: the key before this one, under which people may still be stored; empty: none.
    """

    key: bytes = field(repr=False)
    zone: tzinfo
    old_key: bytes = field(default=b"", repr=False)
    repeat_after: timedelta = timedelta(days=1)
    lapse_after: timedelta = timedelta(days=3)
    language: str = "id"

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        return cls(
            key=settings.key,
            old_key=settings.old_key,
            zone=settings.zone,
            repeat_after=settings.repeat_after,
            lapse_after=settings.lapse_after,
            language=settings.language,
        )
