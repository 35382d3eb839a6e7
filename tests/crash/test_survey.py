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
from tests.crash.talk import Talk
from tests.crash.victim import Zygote
from tests.crash.ways import WAYS, Act
from tests.serving import KEY
from tests.skm.store.city import LOKET, NOW, TREE, call, visit_of
from tests.skm.test_instrument import SKM9

pytestmark = pytest.mark.asyncio(loop_scope="module")

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


@dataclass(frozen=True)
class Step:
    """Something is done, and this was said then; `between`: what is said on the way there."""

    act: Act
    said: Said
    between: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What somebody does who has said so much."""

    begun: Said
    steps: Sequence[Step]

    @property
    def acts(self) -> list[Act]:
        return [step.act for step in self.steps]

    def may_hold(self, done: int) -> list[Said]:
        """What may be stored when so many steps were acknowledged: that, or some of the next."""
        held = [self.begun, *(step.said for step in self.steps)][done]
        return [held, *(said for step in self.steps[done : done + 1] for said in _stages(step))]


def _stages(step: Step) -> tuple[Said, ...]:
    return (*step.between, step.said)


def press(event: str) -> Act:
    return Act(f"{VISIT}.{event}")


def nilai(said: Said, item: str, value: int) -> Step:
    return Step(press(f"a:{item}:{value}"), replace(said, answers={**said.answers, item: value}))


async def settle(ground: Ground, said: Said, channel: str) -> None:
    """One open visit, where so much was said."""
    who = pseudonym(KEY.encode(), channel, str(PERSON))
    visit = visit_of(
        VISIT,
        who,
        channel=channel,
        address=str(PERSON),
        interview=Interview(VISIT, "id", answers=said.answers),
    )
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


async def killed_everywhere(talk: Talk, matrix: Matrix, plan: Plan) -> list[str]:
    """After each crash what was acknowledged is stored, and at most what came next besides."""
    async with talk.way(PERSON) as way:
        await settle(talk.ground, plan.begun, way.channel)

    async def left(url: str, done: int) -> None:
        held, right = await looked(url, stored), plan.may_hold(done)
        assert held in right, f"{held} is stored, {right[0]} was acknowledged"

    return await matrix.tries(partial(talk.killed, plan.acts, left))


def answering() -> Plan:
    """Two answers, and the first one corrected."""
    begun = Said()
    first = nilai(begun, ITEMS[0], 3)
    second = nilai(first.said, ITEMS[1], 1)
    return Plan(begun, [first, second, nilai(second.said, ITEMS[0], 4)])


def completing(way: str) -> Plan:
    """The ninth answer, a correction, something about oneself, a comment, the end."""
    begun = Said(dict.fromkeys(ITEMS[:-1], 3))
    ninth = nilai(begun, ITEMS[-1], 2)
    corrected = nilai(ninth.said, ITEMS[-1], 4)
    told = Step(press("p:gender:female"), replace(corrected.said, profile={"gender": "female"}))
    skipped = Step(press("skip"), replace(told.said, profile=whole(told.said.profile)))
    commented = Step(Act(text="Ramah sekali"), replace(skipped.said, saran="Ramah sekali"))
    finished = Step(press("done"), replace(commented.said, over=True))
    if way == "web":  # there both are one form
        at_once = replace(finished.act, text=commented.act.text)
        last = [Step(at_once, finished.said, (commented.said,))]
    else:
        last = [commented, finished]
    return Plan(begun, [ninth, corrected, told, skipped, *last])


def filling_in() -> Plan:
    """Everything in one message, as WhatsApp's form has it."""
    stages = [Said()]
    for item in ITEMS:
        stages.append(nilai(stages[-1], item, 3).said)
    stages.append(replace(stages[-1], profile={"gender": "female"}))
    stages.append(replace(stages[-1], profile=whole(stages[-1].profile)))
    given = {**dict.fromkeys(ITEMS, "3"), "gender": "female", "saran": "Ramah sekali"}
    form = Act(form={**given, "flow_token": VISIT, "instrument": SKM9.version})
    return Plan(Said(), [Step(form, replace(stages[-1], saran="Ramah sekali"), tuple(stages[1:]))])


def whole(profile: Mapping[str, str | None]) -> dict[str, str | None]:
    """With everything else not said."""
    return {field.id: profile.get(field.id) for field in SKM9.profile}


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_that_was_acknowledged_survives_kill_9(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way])
    places = await killed_everywhere(talk, matrix, answering())
    if matrix.is_whole:
        assert {"INSERT INTO received", "UPDATE visit SET", "COMMIT"} <= set(places)


@pytest.mark.parametrize("way", WAYS)
async def test_a_response_is_stored_once_and_counted_once_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way])
    places = await killed_everywhere(talk, matrix, completing(way))
    if matrix.is_whole:
        assert {"INSERT INTO response", "INSERT INTO tally", "COMMIT"} <= set(places)


@pytest.mark.parametrize("way", ["whatsapp"])
async def test_a_form_of_whatsapp_goes_on_where_it_was_cut_off(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way])
    places = await killed_everywhere(talk, matrix, filling_in())
    if matrix.is_whole:
        assert {"INSERT INTO response", "INSERT INTO tally", "COMMIT"} <= set(places)


@pytest.mark.parametrize("way", WAYS)
async def test_a_bot_that_acknowledges_before_it_has_stored_is_found_out(
    zygote: Zygote, tmp_path: Path, way: str
) -> None:
    ground = SqliteGround(tmp_path)
    migrate(ground.template)
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way], hasty=True)
    with pytest.raises(AssertionError, match="was acknowledged"):
        await killed_everywhere(talk, Matrix("change"), answering())
