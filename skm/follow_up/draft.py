"""What is being entered in a chat, answer by answer: a follow-up, or the text of a report."""

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

    Of a report that a unit hands in only one text is asked for; `about` then has the step and the
    version that was seen: "PAJANG 2026-Q3 write v2".
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

    @property
    def is_of_report(self) -> bool:
        """Whether the text belongs to a report that is handed in, and not to a follow-up."""
        return self.about.rpartition(" ")[2].startswith("v")

    def with_action(self, action: str) -> "Draft":
        return replace(self, action=action)

    def with_deadline(self, deadline: date) -> "Draft":
        return replace(self, deadline=deadline)
