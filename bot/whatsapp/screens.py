"""Pure: Outbound → messages of the Cloud API, as few as possible, within its limits."""

from collections import Counter
from collections.abc import Callable, Sequence

from bot.messaging.button import parse_button
from bot.messaging.channel import Limits
from bot.messaging.message import Choice, Outbound
from bot.messaging.text_length import one_line, units, whole_lines
from bot.whatsapp.http import Payload

LIMITS = Limits(text=4096, caption=1024, edits=False, profile=2)
BODY = 1024  # characters above buttons or a list
BUTTONS, BUTTON = 3, 20  # reply buttons a message, characters a button
ROWS, TITLE, HINT = 10, 24, 72  # rows a list, characters a row's title and description

SayWords = Callable[..., str]
"""The texts of one language: say("whatsapp.choose"), say(key, name=value)."""


def messages(outbound: Outbound, say: SayWords, media: str = "") -> list[Payload]:
    """The messages in the order of sending. `media`: the id of the uploaded attachment.

    Raises ValueError for an impossible message.
    """
    links = [f"{choice.label}: {choice.url}" for choice in outbound.choices if choice.url]
    choices = [choice for choice in outbound.choices if not choice.url]
    text = "\n".join([outbound.text.strip(), *links]).strip()
    if media and outbound.attachment:
        return _with_file(text, choices, outbound, say, media)
    if not text:
        raise ValueError("a message needs a text")
    return _text_messages(text, choices, say)


def _text_messages(text: str, choices: Sequence[Choice], say: SayWords) -> list[Payload]:
    """The text with its buttons; what does not fit above them is sent as a text before."""
    if not choices:
        return [_plain(whole_lines(text, LIMITS.text))]
    listed, unlisted = chosen_rows(choices)
    typed = say("whatsapp.type_too", labels=one_line(", ".join(c.label for c in unlisted), 300))
    tail = f"\n\n{typed}" if unlisted else ""
    before, body = parted(text, BODY - units(tail))
    first = [_plain(whole_lines(before, LIMITS.text))] if before else []
    return [*first, _interactive(body + tail, listed, say)]


def _with_file(
    text: str, choices: Sequence[Choice], outbound: Outbound, say: SayWords, media: str
) -> list[Payload]:
    assert outbound.attachment
    name, kind = outbound.attachment.name, outbound.attachment.media_type
    is_picture = kind in ("image/png", "image/jpeg")
    file = {"id": media} if is_picture else {"id": media, "filename": name}
    kind = "image" if is_picture else "document"
    if not choices and units(text) <= LIMITS.caption:
        return [{"type": kind, kind: file | ({"caption": text} if text else {})}]
    if text and units(text) <= BODY and _fit_buttons(choices):
        message = _interactive(text, choices, say)
        message["interactive"]["header"] = {"type": kind, kind: file}
        return [message]
    return [{"type": kind, kind: file}, *(_text_messages(text, choices, say) if text else [])]


def _plain(text: str) -> Payload:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(body: str, choices: Sequence[Choice], say: SayWords) -> Payload:
    """Up to three short choices as buttons (one tap), otherwise as a list (two taps)."""
    message: Payload = {"body": {"text": body}}
    if _fit_buttons(choices):
        titles = _titles([choice.label for choice in choices], BUTTON)
        buttons = [
            {"type": "reply", "reply": {"id": choice.data, "title": title}}
            for choice, title in zip(choices, titles, strict=True)
        ]
        message |= {"type": "button", "action": {"buttons": buttons}}
    else:
        titles = _titles([choice.label for choice in choices], TITLE)
        rows = [_row(choice, title) for choice, title in zip(choices, titles, strict=True)]
        action = {"button": say("whatsapp.choose"), "sections": [{"rows": rows}]}
        message |= {"type": "list", "action": action}
    return {"type": "interactive", "interactive": message}


def _fit_buttons(choices: Sequence[Choice]) -> bool:
    short = all(units(c.label) <= BUTTON and not (c.hint or c.chosen) for c in choices)
    return 0 < len(choices) <= BUTTONS and short


def _titles(labels: Sequence[str], most: int) -> list[str]:
    """The labels shortened to `most` units, all different, since WhatsApp refuses equal titles.

    Of labels that begin alike the end is kept; what is still equal gets a number.
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
    """The text shortened in the middle: at most `begin` units of its beginning, then its end."""
    if units(text) <= most:
        return text
    head = text[: min(begin, most - 1)]
    while units(head) > min(begin, most - 1):
        head = head[:-1]
    tail = text[len(head) :]
    while units(head) + 1 + units(tail) > most:
        tail = tail[1:]
    return f"{head.rstrip()}…{tail.lstrip()}"


def _row(choice: Choice, title: str) -> Payload:
    """A row of a list; a label that was shortened for the title is repeated in the description."""
    hint = choice.hint or ("" if title == choice.label else choice.label)
    hint = f"✓ {hint}".strip() if choice.chosen else hint
    row = {"id": choice.data, "title": title}
    return row | ({"description": _cut(hint, HINT, begin=HINT // 2)} if hint else {})


def chosen_rows(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """(choices in the list, choices that can only be typed).

    Options come first; the first control always gets a row, since it leads on.
    """
    options = [c for c in choices if parse_button(c.data)[1].is_option]
    controls = [c for c in choices if c not in options]
    fit = options[: ROWS - 1] if controls else options[:ROWS]
    listed = [*fit, *controls][:ROWS]
    return listed, [c for c in choices if c not in listed]


def parted(text: str, most: int) -> tuple[str, str]:
    """(text to send before, text above the buttons): the latter has as many last lines as fit."""
    if units(text) <= most:
        return "", text
    lines, kept = text.split("\n"), list[str]()
    while units("\n".join([lines[-1], *kept])) <= most:
        kept.insert(0, lines.pop())
    before, body = "\n".join(lines).strip(), "\n".join(kept).strip()
    return before, body or "…"
