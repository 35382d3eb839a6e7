"""Pure: form fields → Inbound, Outbound → what a page shows, Outbound ↔ the text a cookie keeps.

A page has no memory of messages as a chat has. What the browser keeps instead is the last screen,
signed, as a Telegram client keeps the message that we edit: reload and back are then harmless and
read nothing from the store.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.messaging.button import parse_button
from bot.messaging.message import Address, Choice, Inbound, Outbound
from skm.survey.event import Event, EventType

ACTIONS = {EventType.FINISH, EventType.RESUME}


@dataclass(frozen=True)
class View:
    """What a page shows. Every text is plain; the template escapes it.

    `heading`: the one h1. `step`: a small line above it. `before`, `after`: paragraphs around it.
    `options`: answers, one tap each; `actions`: what goes on; `controls`: ways around.
    `comment`: something may be written here. `progress`: (done, of).
    """

    language: str
    heading: str
    step: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    options: tuple[Choice, ...]
    actions: tuple[Choice, ...]
    controls: tuple[Choice, ...]
    comment: bool
    progress: tuple[int, int] | None

    @property
    def over(self) -> bool:
        """Nothing is asked: the survey has ended, was stopped, or never began."""
        return not (self.options or self.comment)


def view(outbound: Outbound) -> View:
    """The parts of a page for one message."""
    step, heading, before, after = _headed(outbound)
    options = tuple(c for c in outbound.choices if _event(c).is_option)
    actions = tuple(c for c in outbound.choices if _event(c).type in ACTIONS)
    controls = tuple(c for c in outbound.choices if c not in options and c not in actions)
    if any(_event(c).type is EventType.CHANGE for c in options):  # each option says its line itself
        after = ()
    if not options and not actions:  # a plain yes or no
        options, controls = controls, ()
    return View(
        language=outbound.language,
        heading=heading,
        step=step,
        before=before,
        after=after,
        options=options,
        actions=actions,
        controls=controls,
        comment=any(_event(c).type is EventType.FINISH for c in actions),
        progress=outbound.progress,
    )


def _headed(outbound: Outbound) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """(step, heading, before, after): the title is lifted out of the paragraph it stands in."""
    paragraphs = [part for part in outbound.text.split("\n\n") if part.strip()]
    title = outbound.title or (paragraphs[0] if paragraphs else "")
    for at, paragraph in enumerate(paragraphs):
        above, found, below = f"\n{paragraph}\n".partition(f"\n{title}\n")
        if found:
            rest = [below.strip(), *paragraphs[at + 1 :]]
            return above.strip(), title, tuple(paragraphs[:at]), tuple(filter(None, rest))
    return "", title, (), tuple(paragraphs)


def _event(choice: Choice) -> Event:
    return parse_button(choice.data)[1]


def merged(replies: Sequence[Outbound]) -> Outbound | None:
    """Several messages as one screen: their texts in order without an opening, which the landing
    page has shown, and the buttons of the last.
    """
    if not replies:
        return None
    texts = (reply.text.removeprefix(reply.opening).strip() for reply in replies)
    return replace(replies[-1], text="\n\n".join(texts), opening="")


def address(user: str) -> Address:
    """A browser's random id is both who it is and where it is."""
    return Address("web", user, user)


def inbounds(
    form: Mapping[str, str], id: str, user: str, *, language: str = "", assisted: bool = False
) -> tuple[Inbound, ...]:
    """What a submitted form says: a text, a pressed button, or both; () if it says nothing.

    Of both the text comes first, so that a comment is not lost when "finish" is pressed beside it.
    `id` is the form's: the same said twice with one form is a redelivery, and something else said
    with it (on a page from the browser's history) is a change of mind.
    """
    at = address(user)
    text, choice = _typed(form.get("text", "")), form.get("choice", "").replace("\0", "")
    said = []
    if text:
        once = _once(id, f"text {text}")
        said.append(Inbound(once, at, text=text, language=language, assisted=assisted))
    if choice:
        once = _once(id, f"choice {choice}")
        said.append(Inbound(once, at, choice=choice, language=language, assisted=assisted))
    return tuple(said)


def _typed(text: str) -> str:
    """Browsers send line ends as CR LF; NUL is no character that a person types or stores."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _once(id: str, said: str) -> str:
    return f"{id}-{zlib.crc32(said.encode()):08x}"


def pack(outbound: Outbound) -> list[object]:
    """A message as plain lists, short enough for a cookie; `unpack` is the inverse."""
    rows = [[[c.label, c.data, c.hint, int(c.chosen)] for c in row] for row in outbound.rows]
    return [outbound.language, outbound.title, outbound.text, outbound.progress, rows]


def unpack(packed: Sequence[object]) -> Outbound:
    """Raises ValueError or TypeError for anything that `pack` of this version did not write."""
    language, title, text, progress, rows = packed
    if not (isinstance(language, str) and isinstance(title, str) and isinstance(text, str)):
        raise TypeError("not a packed screen")
    if not isinstance(rows, list) or not isinstance(progress, list | None):
        raise TypeError("not a packed screen")
    return Outbound(
        text,
        tuple(tuple(_choice(*c) for c in row) for row in rows),
        progress=(int(progress[0]), int(progress[1])) if progress else None,
        title=title,
        language=language,
    )


def _choice(label: str, data: str, hint: str, chosen: int) -> Choice:
    return Choice(label, data, hint=hint, chosen=bool(chosen))
