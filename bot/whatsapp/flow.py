"""The questionnaire as a WhatsApp Flow: its JSON, the message that offers it, its answers.

A flow is a form that costs one message, where the nine questions as lists cost nine. It has one
screen: the items, which are required, then the questions about the respondent and the comment.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.messaging.button import button_data, parse_button
from bot.messaging.catalog import Catalog
from bot.messaging.message import Inbound, Outbound, storable
from bot.whatsapp.http import Payload
from skm.survey.event import Event, EventType
from skm.survey.instrument import Instrument

VERSION = "7.3"  # of Flow JSON
SCREEN = "SURVEY"
COMMENT = "saran"
COMMENT_LENGTH = 600  # characters, the default maximum of a text area

ID = re.compile(r"\w+")


# --- the flow to publish --------------------------------------------------------------------------


def flow_json(catalog: Catalog, instrument: Instrument, language: str) -> Payload:
    """The Flow JSON of an instrument in a language, to be published in WhatsApp Manager.

    Answers are named after their items. The flow requests nothing from this server.
    """
    names = [*instrument.by_id, *instrument.fields, COMMENT]
    payload = {name: f"${{form.{name}}}" for name in names} | {"instrument": instrument.version}
    complete = {"name": "complete", "payload": payload}
    form = [
        *(_item(catalog, language, instrument, item.id) for item in instrument.items),
        {"type": "TextSubheading", "text": catalog.say(language, "whatsapp.form_about")},
        *(_field(catalog, language, field.id, field.options) for field in instrument.profile),
        {
            "type": "TextArea",
            "name": COMMENT,
            "label": catalog.say(language, "whatsapp.form_comment"),
            "required": False,
            "max-length": COMMENT_LENGTH,
        },
        {
            "type": "Footer",
            "label": catalog.say(language, "whatsapp.form_send"),
            "on-click-action": complete,
        },
    ]
    screen = {
        "id": SCREEN,
        "title": catalog.say(language, "whatsapp.form_title"),
        "terminal": True,
        "success": True,
        "layout": {
            "type": "SingleColumnLayout",
            "children": [{"type": "Form", "name": "answers", "children": form}],
        },
    }
    return {"version": VERSION, "screens": [screen]}


def _item(catalog: Catalog, language: str, instrument: Instrument, item: str) -> Payload:
    texts = catalog.table(language, f"{instrument.name}.{item}")
    return {
        "type": "RadioButtonsGroup",
        "name": item,
        "label": texts["short"],
        "description": texts["ask"],
        "required": True,
        "data-source": [
            {"id": nilai, "title": texts[nilai]}
            | ({"description": texts[f"{nilai}h"]} if f"{nilai}h" in texts else {})
            for nilai in "1234"
        ],
    }


def _field(catalog: Catalog, language: str, field: str, options: Sequence[str]) -> Payload:
    texts = catalog.table(language, f"profile.{field}")
    return {
        "type": "Dropdown",
        "name": field,
        "label": texts["short"],
        "required": False,
        "data-source": [{"id": option, "title": texts[option]} for option in options],
    }


def published(setting: str, language: str) -> dict[str, str]:
    """Language → id of its published flow.

    `setting`: "4711" for the flow in the default language, or "id:4711,jv:4712".
    """
    named = (part.strip().rpartition(":") for part in setting.split(",") if part.strip())
    return {code.strip() or language: id.strip() for code, _, id in named}


# --- the message that offers it -------------------------------------------------------------------


def offered(outbound: Outbound, flow_id: str, say: Callable[..., str]) -> Payload | None:
    """The message that opens the flow in place of the first question; None for other messages.

    After an answer that was not understood the list is sent: the phone may not support flows.
    """
    if not flow_id or outbound.progress is None or outbound.progress[0] or outbound.attachment:
        return None
    not_understood = say("survey.note_not_understood")
    greeting = outbound.text.rpartition("\n\n")[0]
    if not greeting or not outbound.choices or not_understood in greeting:
        return None
    visit_id = parse_button(outbound.choices[0].data)[0]
    parameters = {
        "flow_message_version": "3",
        "flow_id": flow_id,
        "flow_token": visit_id,
        "flow_cta": say("whatsapp.form_open"),
        "flow_action": "navigate",
        "flow_action_payload": {"screen": SCREEN},
    }
    body = f"{greeting}\n\n{say('whatsapp.form_hint')}"
    action = {"name": "flow", "parameters": parameters}
    message = {"type": "flow", "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": message}


# --- the answers ----------------------------------------------------------------------------------


def answers(inbound: Inbound, reply: str, instrument: Instrument) -> tuple[Inbound, ...]:
    """The answers as taps in their order and the comment as a text; () for a foreign flow.

    Each has an id of its own, so that a redelivery continues where the first delivery stopped. The
    answers to another version of the instrument only show the current question.
    """
    given = _read(reply)
    visit_id = given.get("flow_token", "")
    if not ID.fullmatch(visit_id):
        return ()
    if given.get("instrument") != instrument.version:
        return (replace(inbound, choice=button_data(visit_id, Event(EventType.SHOW))),)
    events = [
        *(Event(EventType.ANSWER, id, given[id]) for id in instrument.by_id if id in given),
        *(Event(EventType.PROFILE, id, given[id]) for id in instrument.fields if given.get(id)),
        Event(EventType.SKIP_PROFILE),
    ]
    taps = [
        replace(inbound, id=f"{inbound.id}#{number}", choice=button_data(visit_id, event))
        for number, event in enumerate(events)
    ]
    comment = given.get(COMMENT, "").strip()
    return (*taps, replace(inbound, text=comment)) if comment else tuple(taps)


def _read(reply: str) -> dict[str, str]:
    """The names and values of the reply that are strings or numbers."""
    try:
        raw = json.loads(reply)
    except (ValueError, RecursionError):
        return {}
    given: Mapping[object, object] = raw if isinstance(raw, dict) else {}
    return {
        name: storable(str(value))
        for name, value in given.items()
        if isinstance(name, str) and ID.fullmatch(name) and isinstance(value, str | int)
    }
