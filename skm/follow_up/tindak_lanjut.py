"""Tindak lanjut: what is planned, and done, about the three priority unsur of a UPP and period.

There is always one follow-up for each of the three: one without a plan counts as not done, so the
realised share is 100, 66.67, 33.33 or 0 % and cannot be raised by leaving one out. Plans and what
was done are stored; states and reminders are derived from them and the day.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from skm.errors import SkmError
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.privacy.small_groups import WithheldReason
from skm.survey.unsur import Unsur

GRACE: Final = timedelta(days=7)  # after the period, to enter the plans
INSIST: Final = timedelta(weeks=8)  # how long reminders are sent


class FollowUpState(StrEnum):
    EMPTY = "empty"
    PLANNED = "planned"
    OVERDUE = "overdue"
    DONE = "done"


class FollowUpRefusal(StrEnum):
    """What to do before something can be stored."""

    NO_ACTION = "say what will be done"
    NO_DEADLINE = "give a deadline"
    NO_PERSON = "say who sees to it"
    PAST_DEADLINE = "give a deadline that is not past"
    NO_PLAN = "write the plan first"
    NO_EVIDENCE = "add a note or a photo of what was done"
    NOT_DONE = "say that it is done, or leave out what shows it"
    IS_DONE = "it is done: reopen it to plan anew"


class TindakLanjutError(SkmError):
    """A change that cannot be stored. `refusal`: from which screens choose the words."""

    def __init__(self, refusal: FollowUpRefusal) -> None:
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
    """That it was done. `on`: the local day of the report. `note`, or `photo` (the key of a stored
    one), shows what was done.
    """

    on: date
    note: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class TindakLanjut:
    """The follow-up of one unsur; `upp`, `period` and `unsur` are its key.

    `earlier`: the report of a follow-up that was reopened.
    """

    upp: str
    period: Period
    unsur: Unsur
    plan: Plan | None = None
    done: Done | None = None
    earlier: Done | None = None

    def state(self, today: date) -> FollowUpState:
        if self.done:
            return FollowUpState.DONE
        if self.plan is None:
            return FollowUpState.EMPTY
        return FollowUpState.OVERDUE if self.plan.deadline < today else FollowUpState.PLANNED

    def planned(self, plan: Plan, today: date) -> "TindakLanjut":
        """The follow-up with this plan in place of an earlier one. Raises TindakLanjutError."""
        _refuse(FollowUpRefusal.IS_DONE, self.done is not None)
        for refusal in incomplete(plan.action, plan.deadline, plan.person, today):
            raise TindakLanjutError(refusal)
        return replace(self, plan=plan)

    def finished(self, done: Done) -> "TindakLanjut":
        """The follow-up with what was done, in place of an earlier report.

        Raises TindakLanjutError.
        """
        _refuse(FollowUpRefusal.NO_PLAN, self.plan is None)
        _refuse(FollowUpRefusal.NO_EVIDENCE, not done.note.strip() and done.photo is None)
        return replace(self, done=done, earlier=None)

    def reopened(self) -> "TindakLanjut":
        """The follow-up as not done; the plan stays, and the report is kept as an earlier one."""
        return replace(self, done=None, earlier=self.done or self.earlier)

    def restored(self) -> "TindakLanjut":
        """The follow-up as it was before it was reopened."""
        return self.finished(self.earlier) if self.earlier else self

    def report(self, today: date) -> Done:
        """What is reported so far, or was before it was reopened; its day is that of the first
        report since then.
        """
        return self.done or replace(self.earlier or Done(today), on=today)


def incomplete(
    action: str, deadline: date | None, person: str, today: date
) -> list[FollowUpRefusal]:
    """The reasons why this is not a complete plan."""
    past = deadline is not None and deadline < today
    found = {
        FollowUpRefusal.NO_ACTION: not action.strip(),
        FollowUpRefusal.NO_DEADLINE: deadline is None,
        FollowUpRefusal.PAST_DEADLINE: past,
        FollowUpRefusal.NO_PERSON: not person.strip(),
    }
    return [refusal for refusal, applies in found.items() if applies]


def _refuse(refusal: FollowUpRefusal, applies: bool) -> None:
    if applies:
        raise TindakLanjutError(refusal)


def proposed(report: Report) -> tuple[TindakLanjut, ...]:
    """An empty follow-up for each priority unsur, the lowest first; none for a small number of
    responses, of which the priorities would say something.

    A unit whose figures are withheld only because of another unit still has to plan its follow-ups.
    """
    if report.withheld is WithheldReason.SMALL:
        return ()
    return tuple(TindakLanjut(report.upp, report.period, unsur) for unsur in report.prioritas)
