"""Answering and completing, killed everywhere: what was acknowledged is there, and only once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.interview import Interview
from skm.store import collectors, responses, rollup, upps, visits
from skm.store.database import Database
from skm.store.migrate import migrate
from skm.store.schema import visit as visit_table
from skm.visit import pseudonym
from tests.crash.conftest import Matrix
from tests.crash.ground import Ground, SqliteGround, looked
from tests.crash.talk import Act, Talk
from tests.crash.victim import Zygote
from tests.serving import KEY
from tests.skm.store.city import LOKET, NOW, TREE, call, visit_of
from tests.skm.test_instrument import SKM9

PERSON = 7_000_000_001
VISIT = "VISIT001"
ITEMS = [item.id for item in SKM9.items]


@dataclass(frozen=True)
class Said:
    """What a citizen has said: the model."""

    answers: Mapping[str, int] = field(default_factory=dict)
    profile: Mapping[str, str | None] = field(default_factory=dict)
    saran: str | None = None
    over: bool = False


def press(event: str) -> Act:
    return lambda citizen: citizen.presses(f"{VISIT}.{event}", wait=False, message=1)


def write(text: str) -> Act:
    return lambda citizen: citizen.types(text, wait=False)


def nilai(said: Said, item: str, value: int) -> tuple[Act, Said]:
    return press(f"a:{item}:{value}"), replace(said, answers={**said.answers, item: value})


async def settle(ground: Ground, said: Said) -> None:
    """One open visit, where so much was said."""
    who = pseudonym(KEY.encode(), "telegram", str(PERSON))
    interview = Interview(VISIT, "id", answers=said.answers)
    visit = visit_of(VISIT, who, interview=interview, address=str(PERSON), upp_name="Puskesmas")
    async with Database.open(ground.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(collectors.add, LOKET, NOW))
        await db.write(call(visits.add, visit))


async def stored(conn: AsyncConnection) -> Said:
    """What the database holds; it holds it once, and counts it once."""
    assert await rollup.check(conn) == 0, "the rollup is not what the responses add up to"
    found = [response async for response in responses.export(conn)]
    assert len(found) <= 1, "a response was doubled"
    [visit] = (await conn.execute(select(visit_table))).all()
    if visit.state is None:
        [response] = found
        return Said(response.answers, response.profile, response.saran, over=True)
    said = Interview.from_json(visit.state)
    held = Said(said.answers, said.profile, said.comment)
    assert bool(found) == (len(said.answers) == len(ITEMS)), "a response without its nine answers"
    for response in found:
        assert Said(response.answers, response.profile, response.saran) == held
    return held


async def killed_everywhere(
    zygote: Zygote,
    ground: Ground,
    matrix: Matrix,
    plan: tuple[Said, Sequence[tuple[Act, Said]]],
    scene: str = "listens",
) -> list[str]:
    """After each crash what was acknowledged is stored, and at most what came next besides."""
    begun, acts = plan
    await settle(ground, begun)
    model = [begun, *(said for _, said in acts)]

    async def left(url: str, done: int) -> None:
        held = await looked(url, stored)
        assert held in model[done : done + 2], f"{held} is stored, {model[done]} was acknowledged"

    talk = Talk(zygote, ground, PERSON, NOW, scene)
    return await matrix.tries(partial(talk.killed, [act for act, _ in acts], left))


def answering() -> tuple[Said, list[tuple[Act, Said]]]:
    """Two answers, and the first one corrected."""
    begun = Said()
    first = nilai(begun, ITEMS[0], 3)
    second = nilai(first[1], ITEMS[1], 1)
    return begun, [first, second, nilai(second[1], ITEMS[0], 4)]


def completing() -> tuple[Said, list[tuple[Act, Said]]]:
    """The ninth answer, a correction, something about oneself, a comment, the end."""
    begun = Said(dict.fromkeys(ITEMS[:-1], 3))
    ninth = nilai(begun, ITEMS[-1], 2)
    corrected = nilai(ninth[1], ITEMS[-1], 4)
    told = replace(corrected[1], profile={"gender": "female"})
    skipped = replace(told, profile={f.id: told.profile.get(f.id) for f in SKM9.profile})
    commented = replace(skipped, saran="Ramah sekali")
    acts = [
        ninth,
        corrected,
        (press("p:gender:female"), told),
        (press("skip"), skipped),
        (write("Ramah sekali"), commented),
        (press("done"), replace(commented, over=True)),
    ]
    return begun, acts


@pytest.mark.parametrize("scene", ["listens", "is_posted_to"])
async def test_an_answer_that_was_acknowledged_survives_kill_9(
    zygote: Zygote, ground: Ground, matrix: Matrix, scene: str
) -> None:
    places = await killed_everywhere(zygote, ground, matrix, answering(), scene)
    if matrix.is_whole:
        assert {"INSERT INTO received", "UPDATE visit SET", "COMMIT"} <= set(places)


async def test_a_response_is_stored_once_and_counted_once_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix
) -> None:
    places = await killed_everywhere(zygote, ground, matrix, completing())
    if matrix.is_whole:
        assert {"INSERT INTO response", "INSERT INTO tally", "COMMIT"} <= set(places)


async def test_a_bot_that_acknowledges_before_it_has_stored_is_found_out(
    zygote: Zygote, tmp_path: Path
) -> None:
    ground = SqliteGround(tmp_path)
    migrate(ground.template)
    with pytest.raises(AssertionError, match="was acknowledged"):
        await killed_everywhere(
            zygote, ground, Matrix("change"), answering(), scene="listens_hastily"
        )
