"""A follow-up edited in one form: its plan, whether it is done, and what shows that.

The rules are those of `TindakLanjut`, which the chat applies one answer at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from skm.follow_up.tindak_lanjut import (
    Done,
    FollowUpRefusal,
    Plan,
    TindakLanjut,
    TindakLanjutError,
    incomplete,
)

PLANNED, FINISHED, REOPENED = "rencana", "selesai", "buka"  # the audit log's words

Steps = Sequence[tuple[str, TindakLanjut]]
"""The audit log's word for each step and the follow-up after it, in order."""


@dataclass(frozen=True)
class Edit:
    """The content of the form. `photo`: the key of a new photo. The plan of a follow-up that is
    done already is ignored.
    """

    action: str = ""
    deadline: date | None = None
    person: str = ""
    done: bool = False
    note: str = ""
    photo: str | None = None


def edited(item: TindakLanjut, edit: Edit, today: date) -> tuple[Steps, list[FollowUpRefusal]]:
    """Returns the steps from `item` to what the form says (none if nothing changes), and the
    reasons why they cannot be taken.
    """
    steps: list[tuple[str, TindakLanjut]] = []
    wrong: list[FollowUpRefusal] = []
    if item.done is None and _given(edit) != _planned(item):
        wrong += incomplete(*_given(edit), today)
        if not wrong and edit.deadline:
            item = item.planned(Plan(edit.action, edit.deadline, edit.person), today)
            steps.append((PLANNED, item))
    if not edit.done and item.done:
        return [(REOPENED, item.reopened())], []
    if not edit.done:
        shown = item.earlier.note if item.earlier else ""  # the form's note after reopening
        loose = edit.note not in ("", shown) or edit.photo
        return steps, [*wrong, FollowUpRefusal.NOT_DONE] if loose else wrong
    if wrong:  # without a valid plan it cannot be done
        return [], wrong + ([] if edit.note or edit.photo else [FollowUpRefusal.NO_EVIDENCE])
    try:
        finished = item.finished(_done(item, edit, today))
    except TindakLanjutError as error:
        return [], [error.refusal]
    return [*steps, *([(FINISHED, finished)] if finished != item else [])], []


def _done(item: TindakLanjut, edit: Edit, today: date) -> Done:
    """Keeps the day of the first report, and the photo until there is a new one."""
    before = item.report(today)
    return replace(before, note=edit.note, photo=edit.photo or before.photo)


def _given(edit: Edit) -> tuple[str, date | None, str]:
    return edit.action, edit.deadline, edit.person


def _planned(item: TindakLanjut) -> tuple[str, date | None, str]:
    plan = item.plan
    return (plan.action, plan.deadline, plan.person) if plan else ("", None, "")
