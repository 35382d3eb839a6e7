"""What a respondent has answered so far, and where the interview stands.

Where it stands is derived from the answers (the first unanswered item), so an interview goes on
after a restart or a week as if nothing had happened. turn.py says what an event changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from skm.survey.instrument import Instrument


class Disposition(StrEnum):
    """How an interview ended, after the AAPOR outcome codes as far as they apply to a chat."""

    COMPLETE = "complete"
    BREAK_OFF = "break_off"
    REFUSAL = "refusal"


class Stage(StrEnum):
    """Where an interview stands; derived by `stage`."""

    ITEM = "item"  # an item is asked; the first one with greeting and privacy notice
    PROFILE = "profile"  # a field about the respondent is asked
    THANKS = "thanks"  # the receipt is shown, a comment may still be written
    REVIEW = "review"  # all answers on one screen
    LANGUAGE = "language"  # the choice of languages is shown
    ENDED = "ended"  # finished, stopped or declined


@dataclass(frozen=True)
class Interview:
    """What one respondent has answered so far.

    `answers`: item id → nilai 1–4. `profile`: field id → option, None where skipped. `changing`:
    the item that is asked again after "back" or from the review. `reviewing`, `choosing`: the
    review, or the choice of languages, covers the question. `ended`: None while it runs.
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
        plain = {**self.__dict__, "answers": dict(self.answers), "profile": dict(self.profile)}
        return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Interview":
        """The inverse of `to_json`."""
        plain = json.loads(text)
        plain["answers"] = MappingProxyType(plain["answers"])
        plain["profile"] = MappingProxyType(plain["profile"])
        plain["ended"] = plain["ended"] and Disposition(plain["ended"])
        return cls(**plain)


class Note(StrEnum):
    """A sentence to show above the question."""

    CORRECTED = "corrected"  # an old button changed an earlier answer
    NOT_UNDERSTOOD = "not_understood"
    COMMENT_STORED = "comment_stored"
    COMMENT_CUT = "comment_cut"  # it is longer than a comment may be
    RESUMED = "resumed"
    EARLIER = "earlier"  # a text that was sent before the question was shown


@dataclass(frozen=True)
class Prompt:
    """What to show: the stage, the item or field that it asks, and a note.

    `about`: the item that the note is about.
    """

    stage: Stage
    key: str = ""
    note: Note | None = None
    about: str = ""


# --- where an interview stands -------------------------------------------------------------------


def is_complete(interview: Interview, instrument: Instrument) -> bool:
    """Whether all items are answered, which makes it a response."""
    return all(item.id in interview.answers for item in instrument.items)


def current_item(interview: Interview, instrument: Instrument) -> str | None:
    """The id of the item that is asked now: the one being changed, else the first unanswered."""
    if interview.changing:
        return interview.changing
    return next((i.id for i in instrument.items if i.id not in interview.answers), None)


def current_field(interview: Interview, instrument: Instrument) -> str | None:
    """The id of the profile field that is asked next."""
    return next((f.id for f in instrument.profile if f.id not in interview.profile), None)


def stage(interview: Interview, instrument: Instrument) -> Stage:
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
    """What to show at the interview's stage."""
    at = stage(interview, instrument)
    key = {Stage.ITEM: current_item, Stage.PROFILE: current_field}.get(at)
    return Prompt(at, (key and key(interview, instrument)) or "", note)


def broke_off_at(interview: Interview, instrument: Instrument) -> str | None:
    """The first unanswered item, where a break-off happened; None if all are answered."""
    return current_item(replace(interview, changing=None), instrument)
