"""The follow-ups of the demo city: some done, one with a photo, some planned, some overdue."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import cycle
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.demo.city import SEED
from skm.demo.photo import drawn
from skm.follow_up import edit
from skm.follow_up.photo import new_key
from skm.follow_up.tindak_lanjut import Done, Plan, TindakLanjut
from skm.instansi.official import Invitation, Role
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.store.officials import officials
from skm.store.periods import follow_ups
from skm.store.survey import upps
from skm.survey.unsur import Unsur

TEXTS = Path(__file__).parent / "tindak_lanjut.toml"
AUTHOR = "Rini (contoh)"  # removed at once, so that nothing is sent to her


class Story(StrEnum):
    """What becomes of a plan."""

    DONE = "done"
    PHOTO = "photo"  # done, and shown by a photo
    PLANNED = "planned"
    OVERDUE = "overdue"


LAST: Mapping[str, Sequence[Story]] = {
    "PKMPAJANG": (Story.PHOTO, Story.DONE, Story.PLANNED),
    "DUKCAPIL": (Story.DONE, Story.DONE, Story.DONE),
    "DPMPTSP": (Story.DONE, Story.PLANNED),
    "DISPERKIM": (Story.PLANNED, Story.OVERDUE),
    "RSUDBK": (Story.DONE, Story.OVERDUE, Story.PLANNED),
    "KELSEMANGGI": (Story.PLANNED,),
}
"""Unit code → stories of the last whole quarter, the lowest unsur first; the rest stays empty."""

BEFORE: Mapping[str, Sequence[Story]] = {
    "PKMPAJANG": (Story.DONE, Story.DONE, Story.DONE),
    "DUKCAPIL": (Story.DONE, Story.DONE),
}
"""The same for the quarter before."""

WRITTEN, FINISHED, MISSED, AHEAD = 0.1, 0.6, 0.9, 1.6
"""When something happens, as a share of the days from the quarter's end to the last day; deadlines
and reports are up to a quarter of these days earlier, at random."""

PlanTexts = Mapping[Unsur, Iterator[Mapping[str, str]]]
"""Unsur → the next action, person and note."""


@dataclass(frozen=True)
class QuarterStories:
    """`until`: the last day on which something may have happened. `stories`: by unit code."""

    quarter: Period
    until: date
    stories: Mapping[str, Sequence[Story]]

    def day(self, share: float) -> date:
        return self.quarter.end + share * (self.until - self.quarter.end)

    def applied(self, item: TindakLanjut, story: Story, texts: Mapping[str, str]) -> TindakLanjut:
        """The follow-up with its plan and, depending on the story, with what was done."""
        early = random.Random(f"{SEED} {item.upp} {item.period} {item.unsur}").random() / 4
        deadline = self.day((AHEAD if story is Story.PLANNED else MISSED) - early)
        begun = item.planned(Plan(texts["action"], deadline, texts["person"]), self.day(WRITTEN))
        if story in (Story.PLANNED, Story.OVERDUE):
            return begun
        photo = new_key() if story is Story.PHOTO else None
        return begun.finished(Done(self.day(FINISHED - early), texts["note"], photo))


async def follow_up(conn: AsyncConnection, *, zone: tzinfo, now: datetime) -> None:
    """Stores the follow-ups of a seeded city; skips quarters in which there are some already."""
    today = now.astimezone(zone).date()
    last = Period.of(PeriodKind.QUARTER, today).previous()
    both = (
        QuarterStories(last.previous(), last.end, BEFORE),
        QuarterStories(last, today, LAST),
    )
    missing = [one for one in both if not await follow_ups.begun(conn, one.quarter)]
    if missing:
        author = await _author(conn, now)
        texts: PlanTexts = {Unsur(unsur): cycle(some) for unsur, some in _texts().items()}
        units = {unit.code: unit for unit in await upps.listed(conn)}
        for one in missing:
            for code, stories in one.stories.items():
                items = await follow_ups.of(conn, units[code], one.quarter)
                for item, story in zip(items, stories, strict=False):
                    done = one.applied(item, story, next(texts[item.unsur]))
                    await _record(conn, author, units[code], done, now)


def _texts() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


async def _author(conn: AsyncConnection, now: datetime) -> int:
    invited = Invitation(Role.OFFICER, None, AUTHOR)
    official = await officials.add(conn, invited, AUTHOR, "web", "", "id", now)
    await officials.remove(conn, official.id, now)
    return official.id


async def _record(
    conn: AsyncConnection, official: int, unit: Upp, item: TindakLanjut, now: datetime
) -> None:
    photo = drawn(unit.name, item.done.note) if item.done and item.done.photo else None
    event = edit.FINISHED if item.done else edit.PLANNED
    await follow_ups.record(conn, official, unit, item, event, now, photo)
