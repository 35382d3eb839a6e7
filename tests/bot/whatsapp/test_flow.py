"""The questionnaire as a flow: within Meta's limits, offered once, answered in one message.

Limits: "Flow JSON" and "Components" in Meta's WhatsApp Flows reference (also in pywa's docstrings):
50 components a screen; subheading 80; a group of radio buttons or a dropdown: label 30, description
300, 1–20 (dropdown 1–200) options with a title of 30 and a description of 300; text area: label 20;
footer: label 35; the whole JSON 10 MB.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.messaging.catalog import Catalog
from bot.running.settings import INSTRUMENTS
from bot.whatsapp.flow import COMMENT, SCREEN, flow_json, published
from skm.survey.instrument import Instrument
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.whatsapp import refusal
from tests.tools.chat import CODE

CATALOG = Catalog.load()
ITEMS = [f"U{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 8)]
ANSWERS = {item: str(1 + number % 4) for number, item in enumerate(ITEMS)}
FORM = {**ANSWERS, "instrument": "skm9-2"}

MOST = {
    "TextSubheading": {"text": 80},
    "RadioButtonsGroup": {"label": 30, "description": 300},
    "Dropdown": {"label": 30},
    "TextArea": {"label": 20},
    "Footer": {"label": 35},
}
OPTIONS = {"RadioButtonsGroup": 20, "Dropdown": 200}


@pytest.fixture(params=sorted(INSTRUMENTS.glob("*.toml")), ids=lambda path: path.stem)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return Instrument.parse(request.param.read_text(encoding="utf-8"))


def components(flow: dict[str, Any]) -> list[dict[str, Any]]:
    [screen] = flow["screens"]
    [form] = screen["layout"]["children"]
    assert form["type"] == "Form"
    found: list[dict[str, Any]] = form["children"]
    return found


def too_long(component: dict[str, Any]) -> Iterator[str]:
    for name, most in MOST[component["type"]].items():
        if not 0 < len(component.get(name, "x")) <= most:
            yield f"{component[name]!r} is longer than {most}"
    for option in component.get("data-source", []):
        if not 0 < len(option["title"]) <= 30 or len(option.get("description", "")) > 300:
            yield f"{option} is too long"


# --- the form that is published -------------------------------------------------------------------


@pytest.mark.parametrize("language", CATALOG.languages)
def test_every_flow_is_within_the_limits_of_meta(instrument: Instrument, language: str) -> None:
    flow = flow_json(CATALOG, instrument, language)
    asked = components(flow)
    assert len(asked) + 1 <= 50
    assert [problem for component in asked for problem in too_long(component)] == []
    for component in asked:
        options = component.get("data-source", [])
        assert len(options) <= OPTIONS.get(component["type"], 0)
        assert len({option["id"] for option in options}) == len(options)
    assert len(json.dumps(flow).encode()) < 10_000_000
    assert re.fullmatch(r"[A-Z_]+", SCREEN)
    [screen] = flow["screens"]
    assert screen["terminal"] is True
    assert len(screen["title"]) <= 30


@pytest.mark.parametrize("language", CATALOG.languages)
def test_a_flow_requires_every_item_and_no_profile_question(
    instrument: Instrument, language: str
) -> None:
    shown = components(flow_json(CATALOG, instrument, language))
    asked = {one["name"]: one["required"] for one in shown if "name" in one}
    assert [name for name, required in asked.items() if required] == list(instrument.by_id)
    assert [name for name, required in asked.items() if not required] == [
        *instrument.fields,
        COMMENT,
    ]


def test_a_flow_returns_its_fields_and_the_version_of_the_instrument(
    instrument: Instrument,
) -> None:
    asked = components(flow_json(CATALOG, instrument, "id"))
    payload = asked[-1]["on-click-action"]["payload"]
    assert payload.pop("instrument") == instrument.version
    named = {one["name"] for one in asked if "name" in one}
    assert payload == {name: f"${{form.{name}}}" for name in named}


@pytest.mark.parametrize(
    ("setting", "ids"),
    [
        ("", {}),
        ("4711", {"id": "4711"}),
        ("id:4711,jv:4712", {"id": "4711", "jv": "4712"}),
        (" 4711 , en:4713 ", {"id": "4711", "en": "4713"}),
    ],
)
def test_the_setting_names_one_flow_or_one_per_language(setting: str, ids: dict[str, str]) -> None:
    assert published(setting, "id") == ids


def test_every_component_is_known_to_pywa() -> None:
    flows = pytest.importorskip("pywa.types.flows")
    instrument = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
    for component in components(flow_json(CATALOG, instrument, "id")):
        assert component["type"] in vars(flows)


# --- in the conversation --------------------------------------------------------------------------


@pytest.fixture
async def line(database_url: str) -> Any:
    async with a_line(database_url, flows={"id": "4711"}) as line:
        yield line


async def test_a_survey_with_the_flow_takes_three_messages(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    assert phone.asked["type"] == "flow"
    assert "Selamat datang di survei Puskesmas Pajang" in phone.sees
    assert "/hapus" in phone.sees  # the notice, before any answer
    await phone.fills_in(**FORM, gender="female", age="26")
    assert "Nomor tanda terima" in phone.sees
    await phone.taps("Selesai")
    assert len(phone.got) == 3
    [response] = await line.responses()
    assert dict(response.answers) == {item: int(nilai) for item, nilai in ANSWERS.items()}
    assert response.profile["gender"] == "female"
    assert response.profile["age"] == "26"
    assert response.profile["occupation"] is None


async def test_a_comment_in_the_flow_costs_no_message(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    await phone.fills_in(**FORM, saran="Kursi kurang.\nAntre lama.", disability="no")
    await phone.taps("Selesai")
    assert len(phone.got) == 3
    [response] = await line.responses()
    assert response.saran == "Kursi kurang.\nAntre lama."
    assert response.profile["disability"] == "no"


async def test_a_redelivered_flow_counts_once_and_has_one_reply(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    token = phone.asked["action"]["parameters"]["flow_token"]
    reply = {"name": "flow", "response_json": json.dumps({"flow_token": token, **FORM})}
    sent = line.stand.says(phone.number, interactive={"type": "nfm_reply", "nfm_reply": reply})
    for _ in range(3):
        assert await line.stand.posts(sent) == 200
    await line.quiet()
    assert len(await line.responses()) == 1
    assert len(phone.got) == 2


async def test_the_flow_of_another_user_changes_nothing(line: Line) -> None:
    sri = await line.phone().scans(CODE)
    stranger = await line.phone("62811111111").scans(CODE)
    theirs = json.dumps({**FORM, "flow_token": sri.asked["action"]["parameters"]["flow_token"]})
    await stranger._does(
        interactive={"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": theirs}}
    )
    assert await line.responses() == []
    assert "Pertanyaan 1 dari 9" in stranger.sees or stranger.asked["type"] == "flow"


async def test_after_any_other_reply_the_list_is_sent(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    await phone.types("tidak ada tombol")
    assert phone.asked["type"] == "list"
    await phone.taps_at(2)
    assert "Pertanyaan 2 dari 9" in phone.sees
    assert phone.asked["type"] == "list"


async def test_a_language_without_a_flow_gets_the_list(line: Line) -> None:
    phone = await line.phone().types(f"Hello, I would like to answer the survey. Code: {CODE}")
    assert phone.asked["type"] == "list"
    assert "Question 1 of 9" in phone.sees


@pytest.mark.parametrize("code", [132068, 132069, 139000, 131009])
async def test_a_flow_that_is_refused_is_replaced_by_the_list(line: Line, code: int) -> None:
    line.stand.trouble.append(refusal(400, code, "Flow is blocked"))
    phone = await line.phone().scans(CODE)
    assert phone.asked["type"] == "list"


async def test_a_flow_of_another_version_shows_the_current_question(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    await phone.fills_in(**{**FORM, "instrument": "skm9-0"})
    assert await line.responses() == []
    assert phone.asked["type"] == "flow"
