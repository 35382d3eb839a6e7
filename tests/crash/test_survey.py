"""Answering and completing, killed at every point: acknowledged answers are stored, and once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.children import ForkServer
from tests.crash.clients import CLIENTS, Action
from tests.crash.conftest import Matrix
from tests.crash.conversation import Conversation
from tests.crash.databases import CrashDatabases
from tests.crash.survey import (
    ITEMS,
    PERSON,
    VISIT,
    Plan,
    Step,
    SurveyState,
    detect_early_acknowledgement,
    kill_everywhere,
)
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import NOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


def press(event: str) -> Action:
    return Action(f"{VISIT}.{event}")


def nilai(state: SurveyState, item: str, value: int) -> Step:
    return Step(press(f"a:{item}:{value}"), replace(state, answers={**state.answers, item: value}))


def answering() -> Plan:
    """Two answers, and a correction of the first."""
    begun = SurveyState()
    first = nilai(begun, ITEMS[0], 3)
    second = nilai(first.state, ITEMS[1], 1)
    return Plan(begun, [first, second, nilai(second.state, ITEMS[0], 4)])


def completing(client: str) -> Plan:
    """The ninth answer, a correction, a profile question, a comment, the end."""
    begun = SurveyState(dict.fromkeys(ITEMS[:-1], 3))
    ninth = nilai(begun, ITEMS[-1], 2)
    corrected = nilai(ninth.state, ITEMS[-1], 4)
    told = Step(press("p:gender:female"), replace(corrected.state, profile={"gender": "female"}))
    skipped = Step(press("skip"), replace(told.state, profile=whole(told.state.profile)))
    commented = Step(Action(text="Ramah sekali"), replace(skipped.state, saran="Ramah sekali"))
    finished = Step(press("done"), replace(commented.state, over=True))
    if client == "web":  # there both are one form
        at_once = replace(finished.action, text=commented.action.text)
        last = [Step(at_once, finished.state, (commented.state,))]
    else:
        last = [commented, finished]
    return Plan(begun, [ninth, corrected, told, skipped, *last])


def filling_in() -> Plan:
    """The whole survey in one message, as WhatsApp's form sends it."""
    stages = [SurveyState()]
    for item in ITEMS:
        stages.append(nilai(stages[-1], item, 3).state)
    stages.append(replace(stages[-1], profile={"gender": "female"}))
    stages.append(replace(stages[-1], profile=whole(stages[-1].profile)))
    given = {**dict.fromkeys(ITEMS, "3"), "gender": "female", "saran": "Ramah sekali"}
    form = Action(form={**given, "flow_token": VISIT, "instrument": SKM9.version})
    return Plan(
        SurveyState(), [Step(form, replace(stages[-1], saran="Ramah sekali"), tuple(stages[1:]))]
    )


def whole(profile: Mapping[str, str | None]) -> dict[str, str | None]:
    """The profile with all other fields skipped."""
    return {field.id: profile.get(field.id) for field in SKM9.profile}


@pytest.mark.parametrize("client", CLIENTS)
async def test_an_acknowledged_answer_survives_kill_9(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, client: str
) -> None:
    conversation = Conversation(fork_server, databases, PERSON, NOW, CLIENTS[client])
    places = await kill_everywhere(conversation, matrix, answering())
    if matrix.is_whole:
        assert {"INSERT INTO received", "UPDATE visit SET", "COMMIT"} <= set(places)


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_response_is_stored_and_counted_once_wherever_the_server_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, client: str
) -> None:
    conversation = Conversation(fork_server, databases, PERSON, NOW, CLIENTS[client])
    places = await kill_everywhere(conversation, matrix, completing(client))
    if matrix.is_whole:
        assert {"INSERT INTO response", "INSERT INTO tally", "COMMIT"} <= set(places)


@pytest.mark.parametrize("client", ["whatsapp"])
async def test_a_whatsapp_form_continues_where_it_was_interrupted(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, client: str
) -> None:
    conversation = Conversation(fork_server, databases, PERSON, NOW, CLIENTS[client])
    places = await kill_everywhere(conversation, matrix, filling_in())
    if matrix.is_whole:
        assert {"INSERT INTO response", "INSERT INTO tally", "COMMIT"} <= set(places)


@pytest.mark.thorough
@pytest.mark.parametrize("client", CLIENTS)
async def test_a_server_that_acknowledges_before_it_stores_is_detected(
    fork_server: ForkServer, tmp_path: Path, client: str
) -> None:
    await detect_early_acknowledgement(fork_server, tmp_path, client, answering())
