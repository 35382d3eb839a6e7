"""The conversation: `advance(interview, event, instrument) -> Turn`, one table, no surprises.

An interview is what one respondent has said so far. Where it stands is derived from that (the
first unanswered item), so that resuming after a restart or a week needs nothing. An answer names
its item, so a press on an old button is a correction and a double tap changes nothing. An event
that does not fit is answered with where we are. No clock, no language, no channel, no exception.

The greeting, the privacy notice and the first question are one screen: the first answer is the
consent, and declining is a button beside it. A screen less is a tap, and on paid channels a
message, less for everyone.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from skm.instrument import NILAI, Instrument

COMMENT_LENGTH = 2000


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
    LANGUAGE = "lang"  # value = language
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
        if self.type is EventType.PROFILE:
            return bool(self.value)
        return self.type in (EventType.ANSWER, EventType.CHANGE, EventType.LANGUAGE)

    @classmethod
    def parse(cls, text: str) -> "Event":
        """The event of a wire form; whatever is not one becomes SHOW (a forged or old button)."""
        kind, _, rest = text.partition(":")
        if kind not in set(EventType) - {EventType.LAPSE, EventType.COMMENT}:
            return cls(EventType.SHOW)
        key, _, value = rest.partition(":")
        return cls(EventType(kind), key, value)


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


@dataclass(frozen=True)
class Turn:
    """The next state, what to show, and how the interview ended if it did with this event."""

    interview: Interview
    prompt: Prompt
    disposition: Disposition | None = None


# --- where an interview stands -----------------------------------------------------------------


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


# --- the steps: (interview, event, instrument) -> (interview, note) ------------------------------

Step = tuple[Interview, Note | None]


def _stay(interview: Interview, event: Event, instrument: Instrument) -> Step:
    return interview, None


def _answer(interview: Interview, event: Event, instrument: Instrument) -> Step:
    if event.key not in instrument.by_id or event.value not in map(str, NILAI):
        return interview, None
    nilai = int(event.value)
    old = interview.answers.get(event.key)
    asked = current_item(interview, instrument)
    corrected = old not in (None, nilai) and event.key != asked
    changing = None if event.key == interview.changing else interview.changing
    answers = MappingProxyType({**interview.answers, event.key: nilai})
    return replace(interview, answers=answers, changing=changing), (
        Note.CORRECTED if corrected else None
    )


def _profile(interview: Interview, event: Event, instrument: Instrument) -> Step:
    asked = instrument.fields.get(event.key)
    if asked is None or event.value not in ("", *asked.options):
        return interview, None
    profile = MappingProxyType({**interview.profile, asked.id: event.value or None})
    return replace(interview, profile=profile), None


def _skip_profile(interview: Interview, event: Event, instrument: Instrument) -> Step:
    rest = dict.fromkeys(f.id for f in instrument.profile)
    return replace(interview, profile=MappingProxyType({**rest, **interview.profile})), None


def _comment(interview: Interview, event: Event, instrument: Instrument) -> Step:
    """Several messages make one comment: people write in pieces."""
    text = "\n".join(filter(None, [interview.comment, event.value.strip()]))[:COMMENT_LENGTH]
    return replace(interview, comment=text or None), Note.COMMENT_STORED if text else None


def _back_from_item(interview: Interview, event: Event, instrument: Instrument) -> Step:
    ids = [item.id for item in instrument.items]
    at = current_item(interview, instrument)
    here = ids.index(at) if at in ids else len(ids)
    return replace(interview, changing=ids[max(here - 1, 0)]), None


def _back_in_profile(interview: Interview, event: Event, instrument: Instrument) -> Step:
    given = [f.id for f in instrument.profile if f.id in interview.profile]
    if not given:
        return _back_from_item(interview, event, instrument)
    kept = {k: v for k, v in interview.profile.items() if k != given[-1]}
    return replace(interview, profile=MappingProxyType(kept)), None


def _leave_review(interview: Interview, event: Event, instrument: Instrument) -> Step:
    return replace(interview, reviewing=False), None


def _leave_languages(interview: Interview, event: Event, instrument: Instrument) -> Step:
    return replace(interview, choosing=False), None


def _review(interview: Interview, event: Event, instrument: Instrument) -> Step:
    return replace(interview, reviewing=True, changing=None), None


def _change(interview: Interview, event: Event, instrument: Instrument) -> Step:
    known = event.key in interview.answers
    return (replace(interview, changing=event.key) if known else interview), None


def _languages(interview: Interview, event: Event, instrument: Instrument) -> Step:
    return replace(interview, choosing=True), None


def _language(interview: Interview, event: Event, instrument: Instrument) -> Step:
    """Which languages there are is the catalog's to know; here only the form is checked."""
    chosen = event.value if event.value.isalpha() and len(event.value) <= 3 else interview.language
    return replace(interview, language=chosen, choosing=False), None


def _decline(interview: Interview, event: Event, instrument: Instrument) -> Step:
    """Only before the first answer; later the same wish is a stop."""
    if interview.answers:
        return _stop(interview, event, instrument)
    return replace(interview, ended=Disposition.REFUSAL), None


def _stop(interview: Interview, event: Event, instrument: Instrument) -> Step:
    done = is_complete(interview, instrument)
    how = Disposition.COMPLETE if done else Disposition.BREAK_OFF
    return replace(interview, ended=how, reviewing=False, choosing=False, changing=None), None


def _resume(interview: Interview, event: Event, instrument: Instrument) -> Step:
    """A finished one stays finished; a stopped or declined one goes on where it was."""
    if interview.ended is Disposition.COMPLETE:
        return interview, None
    return replace(interview, ended=None), Note.RESUMED


_ANYWHERE: dict[EventType, Callable[[Interview, Event, Instrument], Step]] = {
    EventType.ANSWER: _answer,
    EventType.LANGUAGES: _languages,
    EventType.LANGUAGE: _language,
    EventType.STOP: _stop,
    EventType.LAPSE: _stop,
}
_AFTER_ITEMS = {
    EventType.PROFILE: _profile,
    EventType.REVIEW: _review,
    EventType.CHANGE: _change,
    EventType.FINISH: _stop,
}

STEPS: dict[Stage, dict[EventType, Callable[[Interview, Event, Instrument], Step]]] = {
    Stage.ITEM: {
        **_ANYWHERE,
        EventType.BACK: _back_from_item,
        EventType.REVIEW: _review,
        EventType.DECLINE: _decline,
    },
    Stage.PROFILE: {
        **_ANYWHERE,
        **_AFTER_ITEMS,
        EventType.SKIP_PROFILE: _skip_profile,
        EventType.BACK: _back_in_profile,
    },
    Stage.THANKS: {
        **_ANYWHERE,
        **_AFTER_ITEMS,
        EventType.COMMENT: _comment,
        EventType.BACK: _back_in_profile,
    },
    Stage.REVIEW: {
        **_ANYWHERE,
        **_AFTER_ITEMS,
        EventType.SHOW: _stay,
        EventType.RESUME: _leave_review,
        EventType.BACK: _leave_review,
    },
    Stage.LANGUAGE: {
        EventType.SHOW: _stay,
        EventType.LANGUAGES: _languages,
        EventType.LANGUAGE: _language,
        EventType.RESUME: _leave_languages,
        EventType.BACK: _leave_languages,
    },
    Stage.ENDED: {
        EventType.LANGUAGES: _languages,
        EventType.LANGUAGE: _language,
        EventType.RESUME: _resume,
    },
}


def advance(interview: Interview, event: Event, instrument: Instrument) -> Turn:
    """The next turn. Total: every event has an answer in every stage."""
    if interview.choosing and event.type not in STEPS[Stage.LANGUAGE]:
        interview = replace(interview, choosing=False)  # meant for the question underneath
    step = STEPS[stage(interview, instrument)].get(event.type, _stay)
    after, note = step(interview, event, instrument)
    if after.ended and after.ended is not interview.ended:
        return Turn(after, prompt(after, instrument, note), after.ended)
    about = event.key if note is Note.CORRECTED else ""
    return Turn(after, replace(prompt(after, instrument, note), about=about))
