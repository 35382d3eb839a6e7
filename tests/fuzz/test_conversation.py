"""Whoever says whatever: always an answer that fits its channel, never somebody else's data."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.message import Outbound
from bot.messaging.text_length import units
from bot.telegram import wire as telegram
from bot.terminal import wire as terminal
from bot.web.survey import wire as web
from bot.whatsapp import screens
from skm.store.survey import visits
from skm.survey.unsur import Unsur
from tests.fuzz import tried
from tests.fuzz.said import ANYTHING, ARGUMENTS, COMMANDED, EVENTS, EVIL, WORDS
from tests.stand.cloud_limits import complaint
from tests.tools.chat import CODE, Chat, Desk, a_desk
from tests.tools.officials_city import UNITS, settle

PLACES = [("admin", None), ("officer", "DINKES"), ("viewer", "PAJANG"), ("officer", "DUKCAPIL")]
BELOW = {
    None: {unit.code for unit in UNITS},
    "DINKES": {"DINKES", "PAJANG", "POSYANDU", "PURWO", "GILING"},
    "PAJANG": {"PAJANG", "POSYANDU"},
    "DUKCAPIL": {"DUKCAPIL"},
    "nobody": set[str](),
}
SAID = COMMANDED | ARGUMENTS | ANYTHING | st.sampled_from(EVIL)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as desk:
        await settle(desk)
        yield desk


def fits(outbound: Outbound) -> None:
    """Each channel can show it, and would be let by its messenger."""
    call = telegram.call(outbound)
    text = call.arguments.get("text") or call.arguments.get("caption") or ""
    assert units(text) <= (1024 if outbound.attachment else 4096)
    assert text.encode()
    head = {"messaging_product": "whatsapp", "to": "6281234567890"}
    for message in screens.messages(outbound, lambda key, **values: key, "media-1"):
        assert not complaint({**head, **message})
    assert web.unpack(json.loads(json.dumps(web.pack(outbound)))).text == outbound.text
    assert web.view(outbound).heading or not outbound.text.strip()
    assert terminal.lines(outbound).encode()


def gives_away(chat: Chat, said: str, heard: list[Outbound], held: str | None) -> list[str]:
    """What was heard of units that are nobody's business here, unless it was just typed.

    Anybody may be a citizen at the desk of Pajang, and is then asked about it by its name.
    """
    citizen = any("Pertanyaan" in one.text for one in chat.screens)
    known = BELOW[held] | (BELOW["PAJANG"] if citizen else set())
    text = "\n".join(
        part
        for one in heard
        for part in (one.text, *(f"{choice.label} {choice.data}" for choice in one.choices))
    )
    other = [unit for unit in UNITS if unit.code not in known]
    names = [unit.name for unit in other] + [f"untuk {unit.code}" for unit in other]
    return [name for name in names if name in text and name.casefold() not in said.casefold()]


async def heard(chat: Chat, said: str, way: str) -> list[Outbound]:
    before = len(chat.screens)
    if way == "typed":
        await chat.types(said)
    elif way == "pressed":
        await chat.forges(said)
    else:
        await chat.opens(said)
    return chat.screens[before:]


WAYS = st.sampled_from(["typed", "pressed", "opened"])


@pytest.fixture
async def chat(desk: Desk, request: pytest.FixtureRequest) -> Chat:
    """A citizen, or whoever the test names: (role, unit)."""
    return await desk.official(*request.param) if hasattr(request, "param") else desk.chat()


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Who has answered one question; `visit_id` of what they are asked next."""
    await chat.opens(CODE)
    return await chat.answers_one(4)


def visit_of(chat: Chat) -> str:
    return chat.screens[0].choices[0].data.partition(".")[0]


@pytest.mark.parametrize("chat", PLACES, indirect=True, ids=str)
@given(said=COMMANDED, way=WAYS)
@tried(50)
async def test_an_official_is_always_answered_and_never_sees_another_unit(
    request: pytest.FixtureRequest, chat: Chat, said: str, way: str
) -> None:
    answer = await heard(chat, said, way)
    assert answer
    for outbound in answer:
        fits(outbound)
    held = request.node.callspec.params["chat"][1]
    assert not gives_away(chat, said, answer, held)


@given(said=SAID, way=WAYS)
@tried(120)
async def test_a_citizen_is_always_answered_and_sees_nothing_of_officials(
    chat: Chat, said: str, way: str
) -> None:
    answer = await heard(chat, said, way)
    assert answer
    for outbound in answer:
        fits(outbound)
    assert not gives_away(chat, said, answer, "nobody")


@given(event=EVENTS | WORDS)
@tried(60)
async def test_no_button_changes_the_interview_of_another_user(
    desk: Desk, asked: Chat, event: str
) -> None:
    visit_id = visit_of(asked)
    before = await desk.db.read(lambda conn: visits.by_id(conn, visit_id))
    assert await heard(desk.chat(), f"{visit_id}.{event}", "pressed")
    assert await desk.db.read(lambda conn: visits.by_id(conn, visit_id)) == before


@given(events=st.lists(EVENTS | ANYTHING, max_size=12))
@tried(40)
async def test_whatever_is_pressed_only_answers_of_the_form_are_kept(
    desk: Desk, asked: Chat, events: list[str]
) -> None:
    visit_id = visit_of(asked)
    for event in events:
        for outbound in await heard(asked, f"{visit_id}.{event}", "pressed"):
            fits(outbound)
    visit = await desk.db.read(lambda conn: visits.by_id(conn, visit_id))
    assert visit
    assert set(visit.interview.answers) <= {str(unsur) for unsur in Unsur}
    assert set(visit.interview.answers.values()) <= {1, 2, 3, 4}
    options = {one.id: one.options for one in desk.inbox.instrument.profile}
    for name, value in visit.interview.profile.items():
        assert value is None or value in options[name]


@given(said=SAID, way=WAYS)
@tried(60)
async def test_in_a_group_nothing_but_the_hint_is_ever_said(
    desk: Desk, said: str, way: str
) -> None:
    hint = desk.inbox.screens.say("id", "survey.group_only_private").text
    assert {one.text for one in await heard(desk.chat(private=False), said, way)} <= {hint}
