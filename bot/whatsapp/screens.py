"""Pure: what we say → the messages of the Cloud API, in as few as can be, within its limits."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bot.channel import Limits
from bot.fit import cut, units
from bot.message import Choice, Outbound
from bot.phrase import parse_button

LIMITS = Limits(text=4096, caption=1024, edits=False, profile=2)
BODY = 1024  # characters above buttons or a list
BUTTONS, BUTTON = 3, 20  # reply buttons a message, characters a button
ROWS, TITLE, HINT = 10, 24, 72  # rows a list, characters a row's title and description

Json = dict[str, Any]
Say = Callable[..., str]
"""The words of one language: say("whatsapp.choose"), say(key, name=value)."""


def messages(outbound: Outbound, say: Say, media: str = "") -> list[Json]:
    """How to say it, in as few messages as can be. `media`: the id of the uploaded attachment.

    Raises ValueError for what no message can be (a mistake of ours).
    """
    links = [f"{choice.label}: {choice.url}" for choice in outbound.choices if choice.url]
    choices = [choice for choice in outbound.choices if not choice.url]
    said = "\n".join([outbound.text.strip(), *links]).strip()
    if media and outbound.attachment:
        return _with_file(said, choices, outbound, say, media)
    if not said:
        raise ValueError("a message needs a text")
    return _written(said, choices, say)


def _written(said: str, choices: Sequence[Choice], say: Say) -> list[Json]:
    """Buttons below the text; what does not fit above them is said before."""
    if not choices:
        return [_plain(shortened(said, LIMITS.text))]
    shown, hidden = chosen_few(choices)
    typed = say("whatsapp.type_too", labels=cut(", ".join(c.label for c in hidden), 300))
    tail = f"\n\n{typed}" if hidden else ""
    before, body = parted(said, BODY - units(tail))
    first = [_plain(shortened(before, LIMITS.text))] if before else []
    return [*first, _interactive(body + tail, shown, say)]


def _with_file(
    said: str, choices: Sequence[Choice], outbound: Outbound, say: Say, media: str
) -> list[Json]:
    assert outbound.attachment
    name, kind = outbound.attachment.name, outbound.attachment.media_type
    is_picture = kind in ("image/png", "image/jpeg")
    file = {"id": media} if is_picture else {"id": media, "filename": name}
    kind = "image" if is_picture else "document"
    if not choices and units(said) <= LIMITS.caption:
        return [{"type": kind, kind: file | ({"caption": said} if said else {})}]
    if said and units(said) <= BODY and _fit_buttons(choices):
        drawn = _interactive(said, choices, say)
        drawn["interactive"]["header"] = {"type": kind, kind: file}
        return [drawn]
    return [{"type": kind, kind: file}, *(_written(said, choices, say) if said else [])]


def _plain(text: str) -> Json:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(body: str, choices: Sequence[Choice], say: Say) -> Json:
    """Up to three short choices are buttons, which take one tap; else a list, which takes two."""
    drawn: Json = {"body": {"text": body}}
    if _fit_buttons(choices):
        titles = _titles([choice.label for choice in choices], BUTTON)
        buttons = [
            {"type": "reply", "reply": {"id": choice.data, "title": title}}
            for choice, title in zip(choices, titles, strict=True)
        ]
        drawn |= {"type": "button", "action": {"buttons": buttons}}
    else:
        titles = _titles([choice.label for choice in choices], TITLE)
        rows = [_row(choice, title) for choice, title in zip(choices, titles, strict=True)]
        action = {"button": say("whatsapp.choose"), "sections": [{"rows": rows}]}
        drawn |= {"type": "list", "action": action}
    return {"type": "interactive", "interactive": drawn}


def _fit_buttons(choices: Sequence[Choice]) -> bool:
    short = all(units(c.label) <= BUTTON and not (c.hint or c.chosen) for c in choices)
    return 0 < len(choices) <= BUTTONS and short


def _titles(labels: Sequence[str], most: int) -> list[str]:
    """No two alike, which WhatsApp refuses: of long names that begin alike the end is shown, and
    what is still alike is counted.
    """
    titles = [_cut(label, most, begin=most) for label in labels]
    begun = Counter(titles)
    titles = [
        _cut(label, most, begin=0) if begun[title] > 1 else title
        for label, title in zip(labels, titles, strict=True)
    ]
    same = Counter(titles)
    return [
        _cut(f"{number}. {label}", most, begin=most) if same[title] > 1 else title
        for number, (label, title) in enumerate(zip(labels, titles, strict=True), 1)
    ]


def _cut(text: str, most: int, begin: int) -> str:
    """As much as fits: its beginning, up to `begin`, and its end."""
    if units(text) <= most:
        return text
    head = text[: min(begin, most - 1)]
    while units(head) > min(begin, most - 1):
        head = head[:-1]
    tail = text[len(head) :]
    while units(head) + 1 + units(tail) > most:
        tail = tail[1:]
    return f"{head.rstrip()}…{tail.lstrip()}"


def _row(choice: Choice, title: str) -> Json:
    """What is too long for a title is said in full below it, and what is too long for that with
    its beginning and its end."""
    hint = choice.hint or ("" if title == choice.label else choice.label)
    hint = f"✓ {hint}".strip() if choice.chosen else hint
    row = {"id": choice.data, "title": title}
    return row | ({"description": _cut(hint, HINT, begin=HINT // 2)} if hint else {})


def chosen_few(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """(what a list shows, what can only be typed): the options first, then the controls in their
    order, of which the first always has a row: it leads on."""
    options = [c for c in choices if parse_button(c.data)[1].is_option]
    controls = [c for c in choices if c not in options]
    fit = options[: ROWS - 1] if controls else options[:ROWS]
    shown = [*fit, *controls][:ROWS]
    return shown, [c for c in choices if c not in shown]


def parted(text: str, most: int) -> tuple[str, str]:
    """(what is said before, what stands above the buttons): as many of the last lines as fit."""
    if units(text) <= most:
        return "", text
    lines, kept = text.split("\n"), list[str]()
    while units("\n".join([lines[-1], *kept])) <= most:
        kept.insert(0, lines.pop())
    before, body = "\n".join(lines).strip(), "\n".join(kept).strip()
    return before, body or "…"


def shortened(text: str, most: int) -> str:
    """As many whole lines as fit, then "…"; a first line that is too long is cut itself."""
    if units(text) <= most:
        return text
    kept, room = list[str](), most - 2
    for line in text.split("\n"):
        room -= units(line) + 1
        if room < 0:
            break
        kept.append(line)
    if any(line.strip() for line in kept):
        return "\n".join([*kept, "…"])
    halves = text.encode("utf-16-le")[: 2 * (most - 1)]
    return halves.decode("utf-16-le", "ignore") + "…"
