"""What the Cloud API refuses in a message, after its reference (messages, interactive object)."""

from typing import Any

Json = dict[str, Any]


def complaint(message: Json) -> str:
    """What is wrong with it, "" if nothing is."""
    kind = str(message.get("type"))
    if message.get("messaging_product") != "whatsapp" or not _somebody(message):
        return "nobody to send it to"
    said = message.get(kind)
    if not isinstance(said, dict):
        return f"no {kind} in it"
    checks = {
        "text": lambda: _length("text.body", said["body"], 4096),
        "image": lambda: _file(said),
        "document": lambda: _file(said) or _length("filename", said["filename"], 240),
        "template": lambda: _template(said),
        "interactive": lambda: _interactive(said),
    }
    return checks[kind]() if kind in checks else f"unknown type {kind}"


def _somebody(message: Json) -> bool:
    to, scoped = str(message.get("to", "")), str(message.get("recipient", ""))
    return to.isdecimal() != ("." in scoped)


def _length(name: str, text: str, most: int, least: int = 1) -> str:
    units = len(text.encode("utf-16-le")) // 2
    return "" if least <= units <= most and text.strip() else f"{name} has {units} characters"


def _file(said: Json) -> str:
    caption = said.get("caption", "x")
    return _length("id", said.get("id", ""), 100) or _length("caption", caption, 1024)


def _template(said: Json) -> str:
    for component in said["components"]:
        for parameter in component["parameters"]:
            text = parameter.get("text", "x")
            if "\n" in text or "\t" in text or "    " in text:
                return "a parameter with line breaks"
            if problem := _length("parameter", text, 1024):
                return problem
    return "" if said["name"] and said["language"]["code"] in ("id", "en") else "no such template"


def _interactive(said: Json) -> str:
    kind, action = said["type"], said["action"]
    if problem := _length("body", said["body"]["text"], 1024):
        return problem
    if header := said.get("header"):
        if kind != "button":
            return "a picture only goes above buttons"
        if problem := _file(header[header["type"]]):
            return problem
    if kind == "button":
        titles = [button["reply"]["title"] for button in action["buttons"]]
        ids = [button["reply"]["id"] for button in action["buttons"]]
        return _choices(titles, ids, most=3, title=20, id=256)
    if kind == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        hints = [_length("description", row.get("description", "x"), 72) for row in rows]
        titles, ids = [row["title"] for row in rows], [row["id"] for row in rows]
        wrong = [_length("button", action["button"], 20), *hints]
        return next(filter(None, wrong), "") or _choices(titles, ids, most=10, title=24, id=200)
    if kind == "flow":
        asked = action["parameters"]
        needed = {"flow_message_version", "flow_id", "flow_token", "flow_cta"}
        lacking = needed - {name for name, value in asked.items() if value}
        return f"lacks {lacking}" if lacking else _length("flow_cta", asked["flow_cta"], 30)
    return f"unknown interactive type {kind}"


def _choices(titles: list[str], ids: list[str], *, most: int, title: int, id: int) -> str:
    if not 1 <= len(titles) <= most:
        return f"{len(titles)} choices"
    if len(set(titles)) < len(titles) or len(set(ids)) < len(ids):
        return "two choices are the same"
    wrong = [_length("title", one, title) for one in titles]
    wrong += [_length("id", one, id) for one in ids]
    return next(filter(None, wrong), "")
