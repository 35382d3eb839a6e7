"""A follow-up that is being entered in a chat, one answer after another."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

LAPSES = timedelta(hours=1)  # after that, typed text no longer belongs to the draft


@dataclass(frozen=True)
class Draft:
    """A plan that is being entered or, if `finishing`, the report of what was done.

    `about`: unit, period and unsur, as they are typed after the command. `action`: what will be
    done, or the note of what was. The chat asks for the first that is missing: of a plan action,
    deadline, person; of a report a note or a photo, and after one of them only the other.
    `has_photo`: the photo has arrived.
    """

    official: int
    about: str
    finishing: bool = False
    has_photo: bool = False
    action: str | None = None
    deadline: date | None = None

    @property
    def takes_text(self) -> bool:
        """Whether the next typed text belongs to the draft."""
        return not (self.finishing and self.action)

    def with_action(self, action: str) -> "Draft":
        return replace(self, action=action)

    def with_deadline(self, deadline: date) -> "Draft":
        return replace(self, deadline=deadline)
