"""The conversation: `advance(interview, event, instrument) -> Turn`, one table, no surprises.

An answer names its item, so a press on an old button is a correction and a double tap changes
nothing. An event that does not fit is answered with where we are. No clock, no language, no
channel, no exception.

The greeting, the privacy notice and the first question are one screen: the first answer is the
consent, and declining is a button beside it. A screen less is a tap, and on paid channels a
message, less for everyone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from skm.event import Event, EventType
from skm.instrument import NILAI, Instrument
from skm.interview import (
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
from skm.response import COMMENT_LENGTH


@dataclass(frozen=True)
class Turn:
    """The next state, what to show, and how the interview ended if it did with this event."""

    interview: Interview
    prompt: Prompt
    disposition: Disposition | None = None


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
