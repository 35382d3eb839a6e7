"""The first tap of somebody whom nobody knows yet, killed everywhere: one interview, where the QR
leads, and the first answer once.
"""

from pathlib import Path

import pytest

from tests.crash.conftest import Matrix
from tests.crash.ground import Ground
from tests.crash.survey import ITEMS, PERSON, Plan, Said, Step, found_out, killed_everywhere
from tests.crash.talk import Talk
from tests.crash.victim import Zygote
from tests.crash.ways import WAYS, Act
from tests.skm.store.city import LOKET, NOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


def arriving() -> Plan:
    """A QR is followed, and the first question answered: which is the consent as well."""
    scans = Act(start=LOKET.code)
    consents = Act(press=f".a:{ITEMS[0]}:3", again=scans)
    return Plan(None, [Step(scans, Said()), Step(consents, Said({ITEMS[0]: 3}))])


@pytest.mark.parametrize("way", WAYS)
async def test_who_arrives_has_one_interview_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    talk = Talk(zygote, ground, PERSON, NOW, WAYS[way])
    places = await killed_everywhere(talk, matrix, arriving())
    if matrix.is_whole:
        written = {"INSERT INTO received", "INSERT INTO visit", "UPDATE visit SET", "COMMIT"}
        assert written <= set(places)


@pytest.mark.parametrize("way", WAYS)
async def test_a_bot_that_welcomes_before_it_has_stored_is_found_out(
    zygote: Zygote, tmp_path: Path, way: str
) -> None:
    await found_out(zygote, tmp_path, way, arriving())
