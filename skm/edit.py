"""What a form says of a follow-up all at once: its plan, whether it is done, and what shows that.

The rules are those of skm.tindak_lanjut, which the chat follows one answer at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from skm.tindak_lanjut import (
    Done,
    Plan,
    Refusal,
    TindakLanjut,
    TindakLanjutError,
    incomplete,
)

PLANNED, FINISHED, REOPENED = "rencana", "selesai", "buka"  # as the log calls them

Steps = Sequence[tuple[str, TindakLanjut]]
"""What was done, in order, each with what came of it."""


@dataclass(frozen=True)
class Edit:
    """`photo`: the key of a new one. The plan of what is done already is not looked at."""

    action: str = ""
    deadline: date | None = None
    person: str = ""
    done: bool = False
    note: str = ""
    photo: str | None = None


def edited(item: TindakLanjut, edit: Edit, today: date) -> tuple[Steps, list[Refusal]]:
    """The steps that lead there, none where nothing changes; and all that stands against them."""
    steps: list[tuple[str, TindakLanjut]] = []
    wrong: list[Refusal] = []
    if item.done is None and _given(edit) != _planned(item):
        wrong += incomplete(*_given(edit), today)
        if not wrong and edit.deadline:
            item = item.planned(Plan(edit.action, edit.deadline, edit.person), today)
            steps.append((PLANNED, item))
    if not edit.done and item.done:
        return [(REOPENED, item.reopened())], []
    if not edit.done:
        loose = edit.note or edit.photo
        return steps, [*wrong, Refusal.NOT_DONE] if loose else wrong
    if wrong:  # of a plan that cannot be written down nothing can be done
        return [], wrong + ([] if edit.note or edit.photo else [Refusal.NO_EVIDENCE])
    try:
        finished = item.finished(_deed(item, edit, today))
    except TindakLanjutError as error:
        return [], [error.refusal]
    return [*steps, *([(FINISHED, finished)] if finished != item else [])], []


def _deed(item: TindakLanjut, edit: Edit, today: date) -> Done:
    """Its day is that of the first report; a photo stays until another comes."""
    before = item.done or Done(today)
    return replace(before, note=edit.note, photo=edit.photo or before.photo)


def _given(edit: Edit) -> tuple[str, date | None, str]:
    return edit.action, edit.deadline, edit.person


def _planned(item: TindakLanjut) -> tuple[str, date | None, str]:
    plan = item.plan
    return (plan.action, plan.deadline, plan.person) if plan else ("", None, "")
