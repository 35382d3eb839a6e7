"""What can happen in an interview, and how a button carries it."""

from dataclasses import dataclass
from enum import StrEnum


class EventType(StrEnum):
    """What can happen. The values are the wire form inside a button, so they stay short."""

    SHOW = "show"  # nothing new: where are we?
    ANSWER = "a"  # key = item, value = nilai
    PROFILE = "p"  # key = field, value = option, none = skipped
    SKIP_PROFILE = "skip"  # the rest of the profile
    COMMENT = "c"  # value = text
    BACK = "back"
    REVIEW = "review"
    CHANGE = "change"  # key = item
    LANGUAGES = "langs"  # asks for the choice of languages
    LANGUAGE = "lang"  # value = language, none = as it is
    DECLINE = "no"
    STOP = "stop"
    RESUME = "resume"
    FINISH = "done"
    LAPSE = "lapse"  # the clock's: nobody came back


@dataclass(frozen=True)
class Event:
    """Something that happened, e.g. Event(ANSWER, "U3", "4"); `str(event)` is its wire form."""

    type: EventType
    key: str = ""
    value: str = ""

    def __str__(self) -> str:
        return ":".join([self.type, self.key, self.value]).rstrip(":")

    @property
    def is_option(self) -> bool:
        """One among the answers to what is asked, as opposed to a way around it."""
        if self.type in (EventType.PROFILE, EventType.LANGUAGE):
            return bool(self.value)
        return self.type in (EventType.ANSWER, EventType.CHANGE)

    @classmethod
    def parse(cls, text: str) -> "Event":
        """The event of a wire form; whatever is not one becomes SHOW (a forged or old button)."""
        kind, _, rest = text.partition(":")
        if kind not in set(EventType) - {EventType.LAPSE, EventType.COMMENT}:
            return cls(EventType.SHOW)
        key, _, value = rest.partition(":")
        return cls(EventType(kind), key, value)
