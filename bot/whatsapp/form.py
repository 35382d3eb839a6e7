"""The nine questions as one form (a WhatsApp Flow): its JSON, how it is offered, what it answers.

A form costs one message where nine lists cost nine. It has one screen: the items, which must be
answered, then the questions about the respondent and the comment, which need not be.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.catalog import Catalog
from bot.message import Inbound, Outbound
from bot.phrase import button_data, parse_button
from skm.event import Event, EventType
from skm.instrument import Instrument

Json = dict[str, Any]

VERSION = "7.3"  # of Flow JSON
SCREEN = "SURVEY"
COMMENT = "saran"
COMMENT_LENGTH = 600  # characters, the most that a text area takes by itself

ID = re.compile(r"\w+")


# --- the form that is published -------------------------------------------------------------------


def flow_json(catalog: Catalog, instrument: Instrument, language: str) -> Json:
    """The Flow JSON of an instrument in a language, to be published in WhatsApp Manager.

    Answers come back named after their items; nothing is fetched from us while it is filled in.
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


def _item(catalog: Catalog, language: str, instrument: Instrument, item: str) -> Json:
    said = catalog.table(language, f"{instrument.name}.{item}")
    return {
        "type": "RadioButtonsGroup",
        "name": item,
        "label": said["short"],
        "description": said["ask"],
        "required": True,
        "data-source": [
            {"id": nilai, "title": said[nilai]}
            | ({"description": said[f"{nilai}h"]} if f"{nilai}h" in said else {})
            for nilai in "1234"
        ],
    }


def _field(catalog: Catalog, language: str, field: str, options: Sequence[str]) -> Json:
    said = catalog.table(language, f"profile.{field}")
    return {
        "type": "Dropdown",
        "name": field,
        "label": said["short"],
        "required": False,
        "data-source": [{"id": option, "title": said[option]} for option in options],
    }


def published(setting: str, language: str) -> dict[str, str]:
    """Language → the form's id: "4711" is in the usual language, "id:4711,jv:4712" tells each."""
    named = (part.strip().rpartition(":") for part in setting.split(",") if part.strip())
    return {code.strip() or language: id.strip() for code, _, id in named}


# --- the message that offers it -------------------------------------------------------------------


def offered(outbound: Outbound, flow_id: str, say: Callable[..., str]) -> Json | None:
    """The message that opens the form instead of asking the first item; None for other screens.

    Whoever was not understood there gets the list: their phone may not know forms.
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
    drawn = {"type": "flow", "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": drawn}


# --- what comes back ------------------------------------------------------------------------------


def answers(inbound: Inbound, reply: str, instrument: Instrument) -> tuple[Inbound, ...]:
    """A form's answers, one after the other as if they had been tapped; none if it is not ours.

    Each has an id of its own, so that a redelivery goes on where the first delivery was cut off.
    A form of another version of the questionnaire only shows where we are.
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
    """The names and values of a reply that are plain words, or numbers."""
    try:
        raw = json.loads(reply)
    except (ValueError, RecursionError):
        return {}
    given: Mapping[object, object] = raw if isinstance(raw, dict) else {}
    return {
        name: str(value).encode(errors="replace").decode().replace("\0", "")
        for name, value in given.items()
        if isinstance(name, str) and ID.fullmatch(name) and isinstance(value, str | int)
    }
