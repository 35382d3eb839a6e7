"""The conversation: `advance(interview, event, instrument) -> Turn`, driven by one table.

An answer names its item, so pressing an old button corrects an answer and a double tap changes
nothing. An event that does not fit the stage shows the current question again. There is no clock,
language or channel in here, and no exception.

The greeting, the privacy notice and the first question are one screen: the first answer is the
consent, and declining is a button beside it. That saves every respondent a tap, and a message on
paid channels.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from skm.survey.event import Event, EventType
from skm.survey.instrument import NILAI, Instrument
from skm.survey.interview import (
    Disposition,
    Interview,
    Note,
    Prompt,
    Stage,
    current_item,
    is_complete,
    prompt,
    stage,
)
from skm.survey.response import COMMENT_LENGTH


@dataclass(frozen=True)
class Turn:
    """The next state, what to show, and how the interview ended if this event ended it."""

    interview: Interview
    prompt: Prompt
    disposition: Disposition | None = None


# --- the steps -----------------------------------------------------------------------------------

Stepped = tuple[Interview, Note | None]
Step = Callable[[Interview, Event, Instrument], Stepped]


def _set(**values: Any) -> Step:
    """The step that sets these fields of the interview."""
    return lambda interview, event, instrument: (replace(interview, **values), None)


def _stay(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    return interview, None


def _answer(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
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


def _profile(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    asked = instrument.fields.get(event.key)
    if asked is None or event.value not in ("", *asked.options):
        return interview, None
    profile = MappingProxyType({**interview.profile, asked.id: event.value or None})
    return replace(interview, profile=profile), None


def _skip_profile(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    rest = dict.fromkeys(f.id for f in instrument.profile)
    return replace(interview, profile=MappingProxyType({**rest, **interview.profile})), None


def _comment(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    """Adds the text to the comment: people write one in several messages. What does not fit is left
    out, and a note says so.
    """
    text = "\n".join(filter(None, [interview.comment, event.value.strip()]))
    note = Note.COMMENT_CUT if len(text) > COMMENT_LENGTH else Note.COMMENT_STORED
    return replace(interview, comment=text[:COMMENT_LENGTH] or None), note if text else None


def _back_from_item(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    ids = [item.id for item in instrument.items]
    at = current_item(interview, instrument)
    here = ids.index(at) if at in ids else len(ids)
    return replace(interview, changing=ids[max(here - 1, 0)]), None


def _back_in_profile(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    given = [f.id for f in instrument.profile if f.id in interview.profile]
    if not given:
        return _back_from_item(interview, event, instrument)
    kept = {k: v for k, v in interview.profile.items() if k != given[-1]}
    return replace(interview, profile=MappingProxyType(kept)), None


def _change(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    known = event.key in interview.answers
    return (replace(interview, changing=event.key) if known else interview), None


def _language(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    """Accepts any code of a language; the catalog decides which ones exist."""
    chosen = event.value if event.value.isalpha() and len(event.value) <= 3 else interview.language
    return replace(interview, language=chosen, choosing=False), None


def _decline(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    """A refusal before the first answer, a stop after it."""
    if interview.answers:
        return _stop(interview, event, instrument)
    return replace(interview, ended=Disposition.REFUSAL), None


def _stop(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    done = is_complete(interview, instrument)
    how = Disposition.COMPLETE if done else Disposition.BREAK_OFF
    return replace(interview, ended=how, reviewing=False, choosing=False, changing=None), None


def _resume(interview: Interview, event: Event, instrument: Instrument) -> Stepped:
    """A stopped or declined interview goes on where it was; a complete one stays complete."""
    if interview.ended is Disposition.COMPLETE:
        return interview, None
    return replace(interview, ended=None), Note.RESUMED


_REVIEW = _set(reviewing=True, changing=None)
_LANGUAGES = _set(choosing=True)

_ANYWHERE: dict[EventType, Step] = {
    EventType.ANSWER: _answer,
    EventType.LANGUAGES: _LANGUAGES,
    EventType.LANGUAGE: _language,
    EventType.STOP: _stop,
    EventType.LAPSE: _stop,
}
_AFTER_ITEMS = {
    EventType.PROFILE: _profile,
    EventType.REVIEW: _REVIEW,
    EventType.CHANGE: _change,
    EventType.FINISH: _stop,
}

STEPS: dict[Stage, dict[EventType, Step]] = {
    Stage.ITEM: {
        **_ANYWHERE,
        EventType.BACK: _back_from_item,
        EventType.REVIEW: _REVIEW,
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
        EventType.RESUME: _set(reviewing=False),
        EventType.BACK: _set(reviewing=False),
    },
    Stage.LANGUAGE: {
        EventType.SHOW: _stay,
        EventType.LANGUAGES: _LANGUAGES,
        EventType.LANGUAGE: _language,
        EventType.BACK: _set(choosing=False),
    },
    Stage.ENDED: {
        EventType.LANGUAGES: _LANGUAGES,
        EventType.LANGUAGE: _language,
        EventType.RESUME: _resume,
    },
}


def advance(interview: Interview, event: Event, instrument: Instrument) -> Turn:
    """The next turn; defined for every event in every stage."""
    if interview.choosing and event.type not in STEPS[Stage.LANGUAGE]:
        interview = replace(interview, choosing=False)  # the event is for the question under it
    step = STEPS[stage(interview, instrument)].get(event.type, _stay)
    after, note = step(interview, event, instrument)
    if after.ended and after.ended is not interview.ended:
        return Turn(after, prompt(after, instrument, note), after.ended)
    about = event.key if note is Note.CORRECTED else ""
    return Turn(after, replace(prompt(after, instrument, note), about=about))
