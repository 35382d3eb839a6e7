"""A survey as somebody means to answer it, and what may be stored of it: the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.interview import Interview
from skm.response import Response
from skm.store import collectors, responses, rollup, upps, visits
from skm.store.database import Database
from skm.store.migrate import migrate
from skm.store.schema import visit as visit_table
from skm.visit import pseudonym
from tests.crash.conftest import Matrix
from tests.crash.ground import Ground, SqliteGround, looked
from tests.crash.talk import Talk
from tests.crash.victim import Zygote
from tests.crash.ways import WAYS, Act
from tests.serving import KEY
from tests.skm.store.city import LAB, LOKET, NOW, TREE, call, visit_of
from tests.skm.test_instrument import SKM9

PERSON = 7_000_000_001
VISIT = "VISIT001"
ITEMS = [item.id for item in SKM9.items]


@dataclass(frozen=True)
class Said:
    """What a citizen has said; None instead of it: nobody has come yet."""

    answers: Mapping[str, int] = field(default_factory=dict)
    profile: Mapping[str, str | None] = field(default_factory=dict)
    saran: str | None = None
    over: bool = False


@dataclass(frozen=True)
class Step:
    """Something is done, and this was said then; `between`: what is said on the way there."""

    act: Act
    said: Said
    between: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What somebody does who has said so much."""

    begun: Said | None
    steps: Sequence[Step]

    @property
    def acts(self) -> list[Act]:
        return [step.act for step in self.steps]

    def may_hold(self, done: int) -> list[Said | None]:
        """What may be stored when so many steps were acknowledged: that, or some of the next."""
        held = [self.begun, *(step.said for step in self.steps)][done]
        return [held, *(said for step in self.steps[done : done + 1] for said in _stages(step))]


def _stages(step: Step) -> tuple[Said, ...]:
    return (*step.between, step.said)


async def settle(ground: Ground, said: Said | None, channel: str) -> None:
    """Two ways in; at the first one open visit, where so much was said, or nobody."""
    async with Database.open(ground.template) as db:
        await db.write(call(upps.put, TREE))
        for collector in (LOKET, LAB):
            await db.write(call(collectors.add, collector, NOW))
        if said:
            who = pseudonym(KEY.encode(), channel, str(PERSON))
            begun = Interview(VISIT, "id", answers=said.answers)
            where = {"channel": channel, "address": str(PERSON)}
            await db.write(call(visits.add, visit_of(VISIT, who, interview=begun, **where)))


async def stored(conn: AsyncConnection) -> Said | None:
    """What the database holds; it holds it once, where it was said, and counts it once."""
    assert await rollup.check(conn) == 0, "the rollup is not what the responses add up to"
    found = [response async for response in responses.export(conn)]
    assert len(found) <= 1, "a response was doubled"
    begun = (await conn.execute(select(visit_table))).all()
    assert len(begun) <= 1, "an interview was doubled"
    return await _held(conn, begun[0], found) if begun else None


async def _held(conn: AsyncConnection, visit: Any, found: Sequence[Response]) -> Said:
    known = await visits.by_id(conn, visit.id)
    assert known
    assert known.collector == LOKET, "the interview is somewhere else"
    if visit.state is None:
        [response] = found
        return Said(response.answers, response.profile, response.saran, over=True)
    said = Interview.from_json(visit.state)
    held = Said(said.answers, said.profile, said.comment)
    assert bool(found) == (len(said.answers) == len(ITEMS)), "a response without its nine answers"
    for response in found:
        same = Said(response.answers, response.profile, response.saran) == held
        assert same, "the response is not what was said"
    return held


async def found_out(zygote: Zygote, folder: Path, way: str, plan: Plan) -> None:
    """A bot that acknowledges before it has stored."""
    ground = SqliteGround(folder)
    migrate(ground.template)
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way], hasty=True)
    with pytest.raises(AssertionError, match="was acknowledged"):
        await killed_everywhere(talk, Matrix("change"), plan)


async def killed_everywhere(talk: Talk, matrix: Matrix, plan: Plan) -> list[str]:
    """After each crash what was acknowledged is stored, and at most what came next besides."""
    async with talk.way(PERSON) as way:
        await settle(talk.ground, plan.begun, way.channel)

    async def left(url: str, done: int) -> None:
        held, right = await looked(url, stored), plan.may_hold(done)
        assert held in right, f"{held} is stored, {right[0]} was acknowledged"

    return await matrix.tries(partial(talk.killed, plan.acts, left))
