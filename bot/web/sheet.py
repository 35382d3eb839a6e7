"""The form of a unit's follow-ups: what stands in it, what was typed, and what is wrong with it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from starlette.datastructures import FormData, UploadFile

from bot.drafting import LONGEST, day_of, plain
from bot.evidence import EvidenceError, made
from bot.fit import clipped
from skm.edit import Edit, Steps, edited
from skm.photo import Photo, new_key
from skm.tindak_lanjut import Refusal, TindakLanjut
from skm.unsur import Unsur

FIELD = {  # beside which field it is told what stands against it
    Refusal.NO_ACTION: "action",
    Refusal.NO_DEADLINE: "deadline",
    Refusal.PAST_DEADLINE: "deadline",
    Refusal.NO_PERSON: "person",
    Refusal.NO_PLAN: "action",
    Refusal.NO_EVIDENCE: "note",
    Refusal.NOT_DONE: "done",
    Refusal.IS_DONE: "done",
}


@dataclass(frozen=True)
class Typed:
    """What a form said of one follow-up. `photo_wrong`: why no photo came of the file."""

    action: str = ""
    deadline: str = ""
    person: str = ""
    done: bool = False
    note: str = ""
    seen: str = ""
    photo: Photo | None = None
    photo_wrong: str = ""


@dataclass(frozen=True)
class Entry:
    """One follow-up in the form. `wrong`: field → key of the sentence that says what to do."""

    item: TindakLanjut
    typed: Typed
    size: tuple[int, int] | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    steps: Steps = ()

    @property
    def unsur(self) -> Unsur:
        return self.item.unsur

    @property
    def seen(self) -> str:
        """Of what it looked like: two who write at the same time must not undo each other."""
        return fingerprint(self.item)


def fingerprint(item: TindakLanjut) -> str:
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]


def shown(item: TindakLanjut, size: tuple[int, int] | None) -> Entry:
    """As it stands."""
    plan, done = item.plan, item.done
    typed = Typed(
        action=plan.action if plan else "",
        deadline=plan.deadline.isoformat() if plan else "",
        person=plan.person if plan else "",
        done=done is not None,
        note=done.note if done else "",
    )
    return Entry(item, typed, size)


async def read(form: FormData, unsur: Unsur) -> Typed:
    """What was typed; an empty file is none."""

    def text(name: str) -> str:
        found = form.get(f"{unsur}-{name}")
        return clipped(plain(found), LONGEST) if isinstance(found, str) else ""

    photo, wrong = await _photo(form.get(f"{unsur}-photo"))
    texts = {name: text(name) for name in ("action", "deadline", "person", "note", "seen")}
    return Typed(**texts, done=bool(text("done")), photo=photo, photo_wrong=wrong)


async def _photo(file: object) -> tuple[Photo | None, str]:
    if not isinstance(file, UploadFile) or not file.filename:
        return None, ""
    try:
        return await made(await file.read()), ""
    except EvidenceError as error:
        return None, error.key


def judged(
    item: TindakLanjut,
    typed: Typed,
    now_kept: Photo | None,
    size: tuple[int, int] | None,
    today: date,
) -> Entry:
    """What comes of it. `now_kept`: the photo that it has, so that the same is not a new one."""
    photo = None if typed.photo == now_kept else typed.photo
    deadline = day_of(typed.deadline, today) if typed.deadline else None
    edit = Edit(
        typed.action,
        deadline,
        typed.person,
        typed.done,
        typed.note,
        new_key() if photo else None,
    )
    steps, refusals = edited(item, edit, today)
    wrong = {FIELD[refusal]: refusal.name.lower() for refusal in reversed(refusals)}
    if typed.deadline and deadline is None:
        wrong["deadline"] = "no_day"
    if typed.photo_wrong:
        wrong["photo"] = typed.photo_wrong
        wrong.pop("note", None)
    if steps and typed.seen != fingerprint(item):
        wrong["done"] = "changed"
    return Entry(item, replace(typed, photo=photo), size, wrong, steps)


def ordered(entries: Sequence[Entry]) -> list[tuple[str, Unsur, str]]:
    """All that is wrong, from top to bottom: (field's id, unsur, key of the sentence)."""
    names = ("action", "deadline", "person", "done", "note", "photo")
    return [
        (f"{entry.unsur}-{name}", entry.unsur, entry.wrong[name])
        for entry in entries
        for name in names
        if name in entry.wrong
    ]
