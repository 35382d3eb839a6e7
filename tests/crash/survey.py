"""The model of a survey: the steps a respondent takes, and what may be stored after each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.schema.survey import visit as visit_table
from skm.store.survey import collectors, responses, rollup, upps, visits
from skm.survey.interview import Interview
from skm.survey.response import Response
from tests.crash.children import ForkServer
from tests.crash.clients import CLIENTS, Action
from tests.crash.conftest import Matrix
from tests.crash.conversation import Conversation
from tests.crash.databases import CrashDatabases, SqliteDatabases, read_from
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import held
from tests.tools.serving import KEY
from tests.tools.store_city import LAB, LOKET, NOW, TREE, call, visit_of

PERSON = 7_000_000_001
VISIT = "VISIT001"
ITEMS = [item.id for item in SKM9.items]


@dataclass(frozen=True)
class SurveyState:
    """What a respondent has answered so far; None stands for no visit yet."""

    answers: Mapping[str, int] = field(default_factory=dict)
    profile: Mapping[str, str | None] = field(default_factory=dict)
    saran: str | None = None
    over: bool = False


@dataclass(frozen=True)
class Step:
    """An action and the state after it; `between`: the states it passes through."""

    action: Action
    state: SurveyState
    between: tuple[SurveyState, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The steps of a respondent, from the state `begun`."""

    begun: SurveyState | None
    steps: Sequence[Step]

    @property
    def actions(self) -> list[Action]:
        return [step.action for step in self.steps]

    def may_be_stored(self, done: int) -> list[SurveyState | None]:
        """What may be stored after `done` acknowledged steps: that, or part of a step more."""
        acknowledged = [self.begun, *(step.state for step in self.steps)][done]
        following = self.steps[done : done + 1]
        return [acknowledged, *(state for step in following for state in _stages(step))]


def _stages(step: Step) -> tuple[SurveyState, ...]:
    return (*step.between, step.state)


async def prepare(databases: CrashDatabases, begun: SurveyState | None, channel: str) -> None:
    """Two collectors; at the first an open visit in the state `begun`, or none."""
    async with Database.open(databases.template) as db:
        await db.write(call(upps.put, TREE))
        for collector in (LOKET, LAB):
            await db.write(call(collectors.add, collector, NOW))
        if begun:
            who = pseudonym(KEY.encode(), channel, str(PERSON))
            interview = Interview(VISIT, "id", answers=begun.answers)
            begun_visit = visit_of(VISIT, who, interview=interview, channel=channel)
            await db.write(call(visits.add, begun_visit))


async def stored(conn: AsyncConnection) -> SurveyState | None:
    """The state that is stored. Fails if it is stored or counted twice, or at another collector."""
    assert await rollup.count_differences(conn) == 0, "the rollup is not the sum of the responses"
    found = [response async for response in responses.export(conn)]
    assert len(found) <= 1, "a response is stored twice"
    begun = (await conn.execute(select(visit_table))).all()
    assert len(begun) <= 1, "an interview is stored twice"
    return await _state(conn, begun[0], found) if begun else None


async def _state(conn: AsyncConnection, visit: Any, found: Sequence[Response]) -> SurveyState:
    known = await visits.by_id(conn, visit.id)
    assert known
    assert known.collector == LOKET, "the interview is at another collector"
    if visit.state is None:
        [response] = found
        return SurveyState(response.answers, response.profile, response.saran, over=True)
    interview = Interview.from_json(visit.state)
    state = SurveyState(interview.answers, interview.profile, interview.comment)
    assert bool(found) == (len(interview.answers) == len(ITEMS)), (
        "a response without its nine answers"
    )
    for response in found:
        same = SurveyState(response.answers, response.profile, response.saran) == state
        assert same, "the response differs from the interview"
    return state


async def detect_early_acknowledgement(
    fork_server: ForkServer, folder: Path, client: str, plan: Plan
) -> None:
    """Run the matrix on a server that acknowledges before it stores: it must fail."""
    databases = SqliteDatabases(folder)
    migrate(databases.template)
    conversation = Conversation(fork_server, databases, PERSON, NOW, CLIENTS[client], early=True)
    with pytest.raises(AssertionError, match="was acknowledged"):
        await kill_everywhere(conversation, Matrix("change"), plan)


async def kill_everywhere(conversation: Conversation, matrix: Matrix, plan: Plan) -> list[str]:
    """After each crash the acknowledged steps are stored, at most part of the next one, and nothing
    that names the respondent."""
    async with conversation.client(PERSON) as client:
        await prepare(conversation.databases, plan.begun, client.channel)

    async def check(url: str, done: int) -> None:
        assert str(PERSON).encode() not in await held(url), "the respondent's id is stored"
        state, allowed = await read_from(url, stored), plan.may_be_stored(done)
        assert state in allowed, f"{state} is stored, {allowed[0]} was acknowledged"

    return await matrix.tries(partial(conversation.killed, plan.actions, check))
