"""The form of a unit's follow-ups: its content, what was typed, and the errors in it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from starlette.datastructures import FormData, UploadFile

from bot.messaging.text_length import clipped
from bot.official.answers.follow_up_draft import LONGEST, plain
from bot.official.answers.follow_up_photo import PhotoRefused, made
from skm.follow_up.edit import Edit, Steps, edited
from skm.follow_up.photo import Photo, new_key
from skm.follow_up.tindak_lanjut import FollowUpRefusal, TindakLanjut
from skm.instansi.typed_period import PeriodWords, last_day
from skm.survey.unsur import Unsur

FIELDS = ("action", "deadline", "person", "done", "note", "photo")  # from top to bottom
FIELD = {  # at which the refusal is shown
    FollowUpRefusal.NO_ACTION: "action",
    FollowUpRefusal.NO_DEADLINE: "deadline",
    FollowUpRefusal.PAST_DEADLINE: "deadline",
    FollowUpRefusal.NO_PERSON: "person",
    FollowUpRefusal.NO_PLAN: "action",
    FollowUpRefusal.NO_EVIDENCE: "note",
    FollowUpRefusal.NOT_DONE: "done",
    FollowUpRefusal.IS_DONE: "done",
}


@dataclass(frozen=True)
class TypedFollowUp:
    """What the form contained for one follow-up.

    `seen`: the fingerprint of the follow-up when the page was opened. `photo_error`: the key of the
    sentence that says why the file is no photo.
    """

    action: str = ""
    deadline: str = ""
    person: str = ""
    done: bool = False
    note: str = ""
    seen: str = ""
    photo: Photo | None = None
    photo_error: str = ""


@dataclass(frozen=True)
class FormEntry:
    """One follow-up in the form.

    `size`: (width, height) of its stored photo. `errors`: field → key of the sentence to show.
    """

    item: TindakLanjut
    typed: TypedFollowUp
    size: tuple[int, int] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    steps: Steps = ()

    @property
    def unsur(self) -> Unsur:
        return self.item.unsur

    @property
    def seen(self) -> str:
        """The fingerprint, so that two who write at the same time do not undo each other."""
        return fingerprint(self.item)


def fingerprint(item: TindakLanjut) -> str:
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]


def stored_entry(item: TindakLanjut, size: tuple[int, int] | None) -> FormEntry:
    """The entry with the stored content."""
    plan, done = item.plan, item.done or item.earlier
    typed = TypedFollowUp(
        action=plan.action if plan else "",
        deadline=plan.deadline.isoformat() if plan else "",
        person=plan.person if plan else "",
        done=item.done is not None,
        note=done.note if done else "",
    )
    return FormEntry(item, typed, size)


async def read(form: FormData, unsur: Unsur) -> TypedFollowUp:
    """The fields of one follow-up; an empty file is no photo."""

    def text(name: str) -> str:
        found = form.get(f"{unsur}-{name}")
        return clipped(plain(found), LONGEST) if isinstance(found, str) else ""

    photo, error = await _photo(form.get(f"{unsur}-photo"))
    texts = {name: text(name) for name in ("action", "deadline", "person", "note", "seen")}
    return TypedFollowUp(**texts, done=bool(text("done")), photo=photo, photo_error=error)


async def _photo(file: object) -> tuple[Photo | None, str]:
    if not isinstance(file, UploadFile) or not file.filename:
        return None, ""
    try:
        return await made(await file.read()), ""
    except PhotoRefused as error:
        return None, error.key


def checked_entry(
    item: TindakLanjut,
    typed: TypedFollowUp,
    stored: Photo | None,
    size: tuple[int, int] | None,
    words: PeriodWords,
    today: date,
) -> FormEntry:
    """The entry with the steps that the typed content leads to, or with its errors.

    `stored`: the photo that the follow-up has; the same one again is no new photo.
    """
    photo = None if typed.photo == stored else typed.photo
    deadline = last_day(typed.deadline, words, today) if typed.deadline else None
    edit = Edit(
        typed.action,
        deadline,
        typed.person,
        typed.done,
        typed.note,
        new_key() if photo else None,
    )
    steps, refusals = edited(item, edit, today)
    errors = {FIELD[refusal]: refusal.name.lower() for refusal in reversed(refusals)}
    if typed.deadline and deadline is None:
        errors["deadline"] = "no_day"
    if typed.photo_error:
        errors["photo"] = typed.photo_error
        errors.pop("note", None)
    if steps and typed.seen != fingerprint(item):
        errors["done"] = "changed"
    return FormEntry(item, replace(typed, photo=photo), size, errors, steps)


def all_errors(entries: Sequence[FormEntry]) -> list[tuple[str, Unsur, str]]:
    """All errors from top to bottom: (the field's id, unsur, key of the sentence)."""
    return [
        (f"{entry.unsur}-{name}", entry.unsur, entry.errors[name])
        for entry in entries
        for name in FIELDS
        if name in entry.errors
    ]
