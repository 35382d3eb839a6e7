"""Tindak lanjut: what is planned for the three priority unsur of a UPP and period, and done.

A period's follow-up is about its three priority unsur, always: one that nobody plans counts as
not done, so that the realised share is 100, 66.67, 33.33 or 0 % and leaving out is no way up.
People write down plans and deeds; states and reminders are derived from these and the day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skm.errors import SkmError
from skm.ikm import places, rounded
from skm.period import Kind, Period
from skm.priority import PRIORITIES
from skm.report import Report
from skm.unsur import Unsur

GRACE: Final = timedelta(days=7)  # to write the plans in, after the period
INSIST: Final = timedelta(weeks=8)  # then a reminder has turned into noise


class State(StrEnum):
    """Where a follow-up stands."""

    EMPTY = "empty"
    PLANNED = "planned"
    OVERDUE = "overdue"
    DONE = "done"


class Refusal(StrEnum):
    """Why something cannot be written down, and what to do instead."""

    NO_ACTION = "say what will be done"
    NO_DEADLINE = "give a deadline"
    NO_PERSON = "say who sees to it"
    PAST_DEADLINE = "give a deadline that is not past"
    NO_PLAN = "write the plan first"
    NO_EVIDENCE = "add a note or a photo of what was done"
    NOT_DONE = "say that it is done, or leave out what shows it"
    IS_DONE = "it is done: reopen it to plan anew"


class TindakLanjutError(SkmError):
    """A plan or a deed that is not complete; `refusal` is the key for words of people's screens."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(f"{refusal.value.capitalize()}.")


@dataclass(frozen=True)
class Plan:
    """`action`: what will be done; `deadline`: its last day; `person`: who sees to it."""

    action: str
    deadline: date
    person: str


@dataclass(frozen=True)
class Done:
    """`on`: the local day of the report; `note` or `photo` (a stored file's key) shows the deed."""

    on: date
    note: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class TindakLanjut:
    """The follow-up of one unsur; `upp`, `period` and `unsur` are its key."""

    upp: str
    period: Period
    unsur: Unsur
    plan: Plan | None = None
    done: Done | None = None

    def state(self, today: date) -> State:
        if self.done:
            return State.DONE
        if self.plan is None:
            return State.EMPTY
        return State.OVERDUE if self.plan.deadline < today else State.PLANNED

    def planned(self, plan: Plan, today: date) -> "TindakLanjut":
        """With this plan, instead of an earlier one. Raises TindakLanjutError."""
        _refuse(Refusal.IS_DONE, self.done is not None)
        for refusal in incomplete(plan.action, plan.deadline, plan.person, today):
            raise TindakLanjutError(refusal)
        return replace(self, plan=plan)

    def finished(self, done: Done) -> "TindakLanjut":
        """Done; doing so twice corrects the evidence. Raises TindakLanjutError."""
        _refuse(Refusal.NO_PLAN, self.plan is None)
        _refuse(Refusal.NO_EVIDENCE, not done.note.strip() and done.photo is None)
        return replace(self, done=done)

    def reopened(self) -> "TindakLanjut":
        """Not done after all; the plan stands."""
        return replace(self, done=None)


def incomplete(action: str, deadline: date | None, person: str, today: date) -> list[Refusal]:
    """All that keeps this from being a plan."""
    past = deadline is not None and deadline < today
    found = {
        Refusal.NO_ACTION: not action.strip(),
        Refusal.NO_DEADLINE: deadline is None,
        Refusal.PAST_DEADLINE: past,
        Refusal.NO_PERSON: not person.strip(),
    }
    return [refusal for refusal, applies in found.items() if applies]


def _refuse(refusal: Refusal, applies: bool) -> None:
    if applies:
        raise TindakLanjutError(refusal)


def proposed(report: Report) -> tuple[TindakLanjut, ...]:
    """An empty follow-up for each priority unsur, the lowest first; none without responses."""
    return tuple(TindakLanjut(report.upp, report.period, unsur) for unsur in report.prioritas)


# --- how much was realised -----------------------------------------------------------------------


def realised(items: Sequence[TindakLanjut]) -> Decimal | None:
    """The share done of a UPP's follow-ups of a period, in %; None where there are none."""
    return share(sum(item.done is not None for item in items), len(items)) if items else None


def shares(by_unit: Mapping[str, Sequence[TindakLanjut]]) -> dict[str, Decimal]:
    """Of each unit the share done: 0 % where it planned nothing, but none at all where no unit
    did, since then they are written down elsewhere.
    """
    if not any(item.plan for items in by_unit.values() for item in items):
        return {}
    found = {code: realised(items) for code, items in by_unit.items()}
    return {code: share for code, share in found.items() if share is not None}


def share(done: int, planned: int = PRIORITIES, decimals: int = 2) -> Decimal:
    """100 × done / planned, as it is printed: 100.00, 66.67, 33.33 or 0.00 of three."""
    return rounded(Fraction(100 * done, planned), decimals)


def spoken(share: Decimal) -> Decimal | int:
    """100, 66.67, 33.33 or 0: as people say it, where tables print 100.00."""
    return int(share) if share == share.to_integral_value() else share


def done_of(printed: Decimal) -> int | None:
    """How many of three follow-ups a printed share means (66.67, 66.7 and 67 are two); None where
    no number of them can be rounded to it.
    """
    thirds = range(PRIORITIES + 1)
    return next((done for done in thirds if share(done, decimals=places(printed)) == printed), None)


def counts(printed: Iterable[Decimal]) -> dict[Decimal, int]:
    """How many UPP realised 100.00, 66.67, 33.33 and 0.00 %, in this order; others not counted."""
    done = Counter(map(done_of, printed))
    return {share(of_three): done[of_three] for of_three in reversed(range(PRIORITIES + 1))}


# --- reminders -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reminder:
    """What a UPP is reminded of in a week: one message, however much is left to do.

    `upp`, `period` and `week` are its key, by which it is sent once.
    """

    upp: str
    period: Period
    week: Period
    empty: tuple[Unsur, ...]
    overdue: tuple[Unsur, ...]


def reminder(items: Sequence[TindakLanjut], today: date) -> Reminder | None:
    """The reminder that is due for a UPP's follow-ups of a period; None where there is none.

    Of an empty plan from a week after the period, of an overdue one from the day after its
    deadline; once a week, for eight weeks.
    """
    due = [item for item in items if (since := _since(item)) and since <= today < since + INSIST]
    if not due:
        return None
    return Reminder(
        upp=due[0].upp,
        period=due[0].period,
        week=Period.of(Kind.WEEK, today),
        empty=tuple(item.unsur for item in due if item.plan is None),
        overdue=tuple(item.unsur for item in due if item.plan is not None),
    )


def _since(item: TindakLanjut) -> date | None:
    """The first day on which to remind of it, as it stands."""
    if item.done:
        return None
    return item.plan.deadline + timedelta(days=1) if item.plan else item.period.end + GRACE
