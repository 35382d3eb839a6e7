"""What one respondent has said so far, and where the interview stands.

That is derived (the first unanswered item), so that resuming after a restart or a week needs
nothing. What an event makes of it: turn.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from skm.instrument import Instrument


class Disposition(StrEnum):
    """How an interview ended (after the AAPOR outcome codes, as far as a chat knows them)."""

    COMPLETE = "complete"
    BREAK_OFF = "break_off"
    REFUSAL = "refusal"


class Stage(StrEnum):
    """Where an interview stands; always derived, see `stage`."""

    ITEM = "item"  # an item is being asked (the first one with greeting and notice)
    PROFILE = "profile"  # a field about the respondent is being asked
    THANKS = "thanks"  # receipt shown, a comment may still be written
    REVIEW = "review"  # all answers on one screen
    LANGUAGE = "language"  # choosing a language
    ENDED = "ended"  # closed: finished, stopped or declined


@dataclass(frozen=True)
class Interview:
    """What one respondent has said so far.

    `answers`: item id → nilai 1–4. `profile`: field id → option, None where skipped.
    `changing`: the item asked again after "back" or from the review. `reviewing`, `choosing`: the
    review and the choice of languages are laid over the question. `ended`: None while it runs.
    """

    id: str
    language: str
    answers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    profile: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    comment: str | None = None
    changing: str | None = None
    reviewing: bool = False
    choosing: bool = False
    ended: Disposition | None = None

    def to_json(self) -> str:
        """All of it as JSON text; `from_json` is the inverse."""
        plain = {**self.__dict__, "answers": dict(self.answers), "profile": dict(self.profile)}
        return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Interview":
        plain = json.loads(text)
        ended = plain["ended"]
        return cls(
            **{
                **plain,
                "answers": MappingProxyType(plain["answers"]),
                "profile": MappingProxyType(plain["profile"]),
                "ended": ended and Disposition(ended),
            }
        )


class Note(StrEnum):
    """What to say above the question, if anything."""

    CORRECTED = "corrected"  # an earlier answer was changed by an old button
    NOT_UNDERSTOOD = "not_understood"
    COMMENT_STORED = "comment_stored"
    RESUMED = "resumed"


@dataclass(frozen=True)
class Prompt:
    """What to show: a stage, the item or field it asks, and a note to say first."""

    stage: Stage
    key: str = ""
    note: Note | None = None
    about: str = ""  # the item that a note speaks of


# --- where it stands --------------------------------------------------------------------------


def is_complete(interview: Interview, instrument: Instrument) -> bool:
    """All items answered: from here on there is a response."""
    return all(item.id in interview.answers for item in instrument.items)


def current_item(interview: Interview, instrument: Instrument) -> str | None:
    """The item that is asked now: the one being changed, else the first unanswered."""
    if interview.changing:
        return interview.changing
    return next((i.id for i in instrument.items if i.id not in interview.answers), None)


def current_field(interview: Interview, instrument: Instrument) -> str | None:
    """The profile field that is asked next."""
    return next((f.id for f in instrument.profile if f.id not in interview.profile), None)


def stage(interview: Interview, instrument: Instrument) -> Stage:
    """Derived, never stored."""
    if interview.choosing:
        return Stage.LANGUAGE
    if interview.ended:
        return Stage.ENDED
    if interview.changing:
        return Stage.ITEM
    if interview.reviewing:
        return Stage.REVIEW
    if not is_complete(interview, instrument):
        return Stage.ITEM
    return Stage.PROFILE if current_field(interview, instrument) else Stage.THANKS


def prompt(interview: Interview, instrument: Instrument, note: Note | None = None) -> Prompt:
    """What to show for where we are."""
    at = stage(interview, instrument)
    key = {Stage.ITEM: current_item, Stage.PROFILE: current_field}.get(at)
    return Prompt(at, (key and key(interview, instrument)) or "", note)


def broke_off_at(interview: Interview, instrument: Instrument) -> str | None:
    """The first unanswered item, where a break-off happened; None if all are answered."""
    return current_item(replace(interview, changing=None), instrument)
