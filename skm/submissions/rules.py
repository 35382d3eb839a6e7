"""Who may take which step with a report, and what it needs: everything is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.official import Action, Official, may
from skm.submissions.submission import (
    TRANSITIONS,
    Submission,
    SubmissionAct,
    SubmissionError,
    SubmissionRefusal,
)

LONGEST_ANALYSIS = 3000  # characters; fits into one message of any messenger
LONGEST_NOTE = 800
DECISIONS = frozenset({SubmissionAct.ACCEPT, SubmissionAct.RETURN})


@dataclass(frozen=True)
class Attempt:
    """A step that an official wants to take. `seen`: the version that they looked at. `words`: the
    analysis to write, or the note of a return.
    """

    act: SubmissionAct
    seen: int
    words: str = ""


def may_step(official: Official | None, act: SubmissionAct, lineage: Sequence[str]) -> bool:
    """Whether the official may ever take this step with the report of a unit.

    `lineage`: the codes from the unit up to its root, its own first. A decision needs a place above
    the unit: an admin of the unit itself does not judge its report.
    """
    if act in DECISIONS:
        return may(official, Action.REVIEW, lineage[1:])
    return act is not SubmissionAct.LAPSE and may(official, Action.HAND_IN, lineage)


def stepped(
    now: Submission,
    attempt: Attempt,
    official: int,
    plans: Sequence[TindakLanjut],
    today: date,
) -> Submission:
    """The report after the step of an official (`official`: the id) who `may_step`.

    `plans`: the follow-ups of the unit and period. Raises SubmissionError.
    """
    act, words = attempt.act, cleaned(attempt.words)
    _refuse(SubmissionRefusal.NOT_OVER, not now.period.is_over(today))
    _refuse(SubmissionRefusal.CHANGED, attempt.seen != now.version)
    _refuse(SubmissionRefusal.NOT_NOW, not now.allows(act))
    after = replace(now, state=TRANSITIONS[now.state, act], version=now.version + 1)
    match act:
        case SubmissionAct.WRITE:
            _refuse(SubmissionRefusal.NO_ANALYSIS, not words)
            _refuse(SubmissionRefusal.TOO_LONG, len(words) > LONGEST_ANALYSIS)
            return replace(after, analysis=words)
        case SubmissionAct.HAND_IN:
            _refuse(SubmissionRefusal.NO_ANALYSIS, not now.analysis)
            _refuse(SubmissionRefusal.NO_PLAN, any(is_unplanned(item) for item in plans))
            return replace(after, handed_in=now.analysis, handed_in_by=official)
        case SubmissionAct.RETURN:
            _refuse(SubmissionRefusal.NO_NOTE, not words)
            _refuse(SubmissionRefusal.TOO_LONG, len(words) > LONGEST_NOTE)
    _refuse(SubmissionRefusal.OWN, act in DECISIONS and now.handed_in_by == official)
    return after


def is_unplanned(item: TindakLanjut) -> bool:
    """Whether this follow-up still keeps the report from being handed in."""
    return item.plan is None and item.done is None


def cleaned(text: str) -> str:
    """Typed text as it is stored."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _refuse(refusal: SubmissionRefusal, applies: bool) -> None:
    if applies:
        raise SubmissionError(refusal)
