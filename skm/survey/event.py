"""What can happen in an interview, and the text form in which a button carries it."""

from dataclasses import dataclass
from enum import StrEnum


class EventType(StrEnum):
    """The values are the text form inside a button, so they are short."""

    SHOW = "show"  # show the current question again
    ANSWER = "a"  # key = item, value = nilai
    PROFILE = "p"  # key = field, value = option, none = skipped
    SKIP_PROFILE = "skip"  # the rest of the profile
    COMMENT = "c"  # value = text
    BACK = "back"
    REVIEW = "review"
    CHANGE = "change"  # key = item
    LANGUAGES = "langs"  # show the choice of languages
    LANGUAGE = "lang"  # value = language, none = keep it
    DECLINE = "no"
    STOP = "stop"
    RESUME = "resume"
    FINISH = "done"
    LAPSE = "lapse"  # raised by the clock: no answer for too long


@dataclass(frozen=True)
class Event:
    """For example Event(ANSWER, "U3", "4"); `str(event)` is its text form "a:U3:4"."""

    type: EventType
    key: str = ""
    value: str = ""

    def __str__(self) -> str:
        return ":".join([self.type, self.key, self.value]).rstrip(":")

    @property
    def is_option(self) -> bool:
        """Whether it is one of the answers to the question, as opposed to navigation."""
        if self.type in (EventType.PROFILE, EventType.LANGUAGE):
            return bool(self.value)
        return self.type in (EventType.ANSWER, EventType.CHANGE)

    @classmethod
    def parse(cls, text: str) -> "Event":
        """The event of a text form. Anything else is SHOW: the button is forged or outdated."""
        kind, _, rest = text.partition(":")
        if kind not in set(EventType) - {EventType.LAPSE, EventType.COMMENT}:
            return cls(EventType.SHOW)
        key, _, value = rest.partition(":")
        return cls(EventType(kind), key, value)
