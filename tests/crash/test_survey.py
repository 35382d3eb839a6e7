"""Answering and completing, killed everywhere: what was acknowledged is there, and only once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.conftest import Matrix
from tests.crash.ground import Ground
from tests.crash.survey import ITEMS, PERSON, VISIT, Plan, Said, Step, found_out, killed_everywhere
from tests.crash.talk import Talk
from tests.crash.victim import Zygote
from tests.crash.ways import WAYS, Act
from tests.skm.store.city import NOW
from tests.skm.test_instrument import SKM9

pytestmark = pytest.mark.asyncio(loop_scope="module")


def press(event: str) -> Act:
    return Act(f"{VISIT}.{event}")


def nilai(said: Said, item: str, value: int) -> Step:
    return Step(press(f"a:{item}:{value}"), replace(said, answers={**said.answers, item: value}))


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
    await found_out(zygote, tmp_path, way, answering())
