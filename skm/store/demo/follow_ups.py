"""What the demo city did about its weakest unsur: some done, one with a photo, some overdue."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import cycle
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.official import Invitation, Role
from skm.period import Kind, Period
from skm.photo import new_key
from skm.store import follow_ups, officials, upps
from skm.store.demo.city import SEED
from skm.store.demo.photo import drawn
from skm.tindak_lanjut import Done, Plan, TindakLanjut
from skm.unsur import Unsur
from skm.upp import Upp

WORDS = Path(__file__).parent / "tindak_lanjut.toml"
WROTE = "Rini (contoh)"  # has left, so that nothing is sent to her


class Story(StrEnum):
    """How a plan went."""

    DONE = "done"
    PHOTO = "photo"  # done, and to be seen
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
"""Of the last quarter that is over, by unit; the lowest unsur first, of the rest nothing."""

BEFORE: Mapping[str, Sequence[Story]] = {
    "PKMPAJANG": (Story.DONE, Story.DONE, Story.DONE),
    "DUKCAPIL": (Story.DONE, Story.DONE),
}
"""Of the quarter before that one."""

WRITTEN, FINISHED, MISSED, AHEAD = 0.1, 0.6, 0.9, 1.6
"""When, in parts of the days between the quarter's end and the last that can be told of; at most a
quarter of them earlier, for each in its own way."""

Words = Mapping[Unsur, Iterator[Mapping[str, str]]]
"""Of an unsur the next action, person and note."""


@dataclass(frozen=True)
class Told:
    """The stories of a quarter, of which the last day that can be told of is `until`."""

    quarter: Period
    until: date
    stories: Mapping[str, Sequence[Story]]

    def day(self, part: float) -> date:
        return self.quarter.end + part * (self.until - self.quarter.end)

    def went(self, item: TindakLanjut, story: Story, words: Mapping[str, str]) -> TindakLanjut:
        """With its plan, and with what was done."""
        early = random.Random(f"{SEED} {item.upp} {item.period} {item.unsur}").random() / 4
        deadline = self.day((AHEAD if story is Story.PLANNED else MISSED) - early)
        begun = item.planned(Plan(words["action"], deadline, words["person"]), self.day(WRITTEN))
        if story in (Story.PLANNED, Story.OVERDUE):
            return begun
        photo = new_key() if story is Story.PHOTO else None
        return begun.finished(Done(self.day(FINISHED - early), words["note"], photo))


async def follow_up(conn: AsyncConnection, *, zone: tzinfo, now: datetime) -> None:
    """Write them down after the city was seeded, unless something is written down already."""
    today = now.astimezone(zone).date()
    last = Period.of(Kind.QUARTER, today).previous()
    both = Told(last.previous(), last.end, BEFORE), Told(last, today, LAST)
    fresh = [told for told in both if not await follow_ups.begun(conn, told.quarter)]
    if fresh:
        rini = await _somebody(conn, now)
        words = {Unsur(unsur): cycle(some) for unsur, some in _words().items()}
        for told in fresh:
            await _write(conn, told, words, rini, now)


def _words() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


async def _somebody(conn: AsyncConnection, now: datetime) -> int:
    invited = Invitation(Role.OFFICER, None, WROTE)
    rini = await officials.add(conn, invited, WROTE, "web", "", "id", now)
    await officials.remove(conn, rini.id, now)
    return rini.id


async def _write(
    conn: AsyncConnection, told: Told, words: Words, official: int, now: datetime
) -> None:
    units = {unit.code: unit for unit in await upps.listed(conn)}
    for code, stories in told.stories.items():
        for item, story in zip(
            await follow_ups.of(conn, units[code], told.quarter), stories, strict=False
        ):
            went = told.went(item, story, next(words[item.unsur]))
            await _record(conn, official, units[code], went, now)


async def _record(
    conn: AsyncConnection, official: int, unit: Upp, item: TindakLanjut, now: datetime
) -> None:
    photo = drawn(unit.name, item.done.note) if item.done and item.done.photo else None
    deed = "selesai" if item.done else "rencana"
    await follow_ups.record(conn, official, unit, item, deed, now, photo)
