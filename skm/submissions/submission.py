"""The report of a unit and period: how far it has come, and the table of steps between states."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from skm.errors import SkmError
from skm.instansi.period import Period


class SubmissionState(StrEnum):
    NOT_BEGUN = "not_begun"
    DRAFT = "draft"
    HANDED_IN = "handed_in"
    RETURNED = "returned"  # with a note that says what is missing
    HANDED_IN_AGAIN = "handed_in_again"
    ACCEPTED = "accepted"
    NOT_REPORTED = "not_reported"  # the period was closed before anything was handed in


class SubmissionAct(StrEnum):
    WRITE = "write"  # the analysis
    HAND_IN = "hand_in"
    ACCEPT = "accept"
    RETURN = "return"
    LAPSE = "lapse"  # the period is closed


class SubmissionRefusal(StrEnum):
    """Why a step is not taken, and what to do first."""

    NOT_ALLOWED = "your role does not include this"
    NOT_OVER = "wait until the period is over"
    NOT_NOW = "this state does not allow it"
    CHANGED = "look at it again: it was changed meanwhile"
    NO_ANALYSIS = "write the analysis first"
    TOO_LONG = "shorten the text"
    NO_PLAN = "plan the follow-up of every priority unsur first"
    NO_NOTE = "say in a note what is missing"
    OWN = "let another official decide about a report that you handed in"


class SubmissionError(SkmError):
    """A step that is not taken. `refusal`: from which screens choose the words."""

    def __init__(self, refusal: SubmissionRefusal) -> None:
        self.refusal = refusal
        super().__init__(f"{refusal.value.capitalize()}.")


_S, _A = SubmissionState, SubmissionAct
TRANSITIONS: Mapping[tuple[SubmissionState, SubmissionAct], SubmissionState] = {
    (_S.NOT_BEGUN, _A.WRITE): _S.DRAFT,
    (_S.DRAFT, _A.WRITE): _S.DRAFT,
    (_S.DRAFT, _A.HAND_IN): _S.HANDED_IN,
    (_S.HANDED_IN, _A.ACCEPT): _S.ACCEPTED,
    (_S.HANDED_IN, _A.RETURN): _S.RETURNED,
    (_S.RETURNED, _A.WRITE): _S.RETURNED,
    (_S.RETURNED, _A.HAND_IN): _S.HANDED_IN_AGAIN,
    (_S.HANDED_IN_AGAIN, _A.ACCEPT): _S.ACCEPTED,
    (_S.HANDED_IN_AGAIN, _A.RETURN): _S.RETURNED,
    (_S.ACCEPTED, _A.RETURN): _S.RETURNED,  # an acceptance can be taken back
    (_S.NOT_BEGUN, _A.LAPSE): _S.NOT_REPORTED,
    (_S.DRAFT, _A.LAPSE): _S.NOT_REPORTED,
}
"""(state, act) → the state after it; an act without a row is refused. What is not reported stays
so: the figures of its period are frozen.
"""

MISSING = frozenset({_S.NOT_BEGUN, _S.DRAFT, _S.RETURNED})
"""States in which the unit still has to hand in."""
TO_CHECK = frozenset({_S.HANDED_IN, _S.HANDED_IN_AGAIN})
"""States in which the organising office still has to decide."""


@dataclass(frozen=True)
class Submission:
    """The report of a unit (`upp`: its code) and period.

    `analysis`: as it is being written. `handed_in`: as it was handed in last, "" before that.
    `handed_in_by`: the id of the official who did. `version`: how many steps were taken.
    """

    upp: str
    period: Period
    state: SubmissionState = SubmissionState.NOT_BEGUN
    analysis: str = ""
    handed_in: str = ""
    handed_in_by: int | None = None
    version: int = 0

    def allows(self, act: SubmissionAct) -> bool:
        """Whether the table has a row for the act."""
        return (self.state, act) in TRANSITIONS

    def lapsed(self) -> "Submission":
        """The report as not reported. Raises KeyError in a state that does not lapse."""
        state = TRANSITIONS[self.state, SubmissionAct.LAPSE]
        return replace(self, state=state, version=self.version + 1)

    @property
    def published(self) -> str:
        """The analysis for the unit's document: what was handed in, unless it was returned."""
        returned = self.state is SubmissionState.RETURNED
        return "" if returned else self.handed_in


@dataclass(frozen=True)
class SubmissionStep:
    """A step that was taken. `official`, `name`: who took it, with the name at that moment; None
    and "" for the command line. `words`: the analysis that was handed in, or the note.
    """

    at: datetime
    official: int | None
    name: str
    act: SubmissionAct
    state: SubmissionState
    words: str
