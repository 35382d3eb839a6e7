"""The first action of an unknown user, killed at every point: one interview at the QR code's
collector, and the first answer stored once.
"""

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
    Plan,
    Step,
    SurveyState,
    detect_early_acknowledgement,
    kill_everywhere,
)
from tests.tools.store_city import LOKET, NOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


def arriving() -> Plan:
    """Scan a QR code and answer the first question, which is also the consent."""
    scans = Action(start=LOKET.code)
    consents = Action(press=f".a:{ITEMS[0]}:3", again=scans)
    return Plan(None, [Step(scans, SurveyState()), Step(consents, SurveyState({ITEMS[0]: 3}))])


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_new_user_has_one_interview_wherever_the_server_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, client: str
) -> None:
    conversation = Conversation(fork_server, databases, PERSON, NOW, CLIENTS[client])
    places = await kill_everywhere(conversation, matrix, arriving())
    if matrix.is_whole:
        written = {"INSERT INTO received", "INSERT INTO visit", "UPDATE visit SET", "COMMIT"}
        assert written <= set(places)


@pytest.mark.thorough
@pytest.mark.parametrize("client", CLIENTS)
async def test_a_server_that_greets_before_it_stores_is_detected(
    fork_server: ForkServer, tmp_path: Path, client: str
) -> None:
    await detect_early_acknowledgement(fork_server, tmp_path, client, arriving())
