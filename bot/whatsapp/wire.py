"""Pure: a webhook's JSON → what people did. What we say: screens.py.

Only the fields that we need are read. What is not for us, or is nothing a citizen does (a reaction,
a changed number), is passed over by its type's name alone.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.message import Address, Inbound, Photo
from bot.whatsapp import form
from skm.instrument import Instrument

ID = 100  # characters of a message's id that we keep as they are
OPEN = "open"  # what the button of an invitation carries
WHEN_NOTHING_WAITS = "/report"  # is what it does

UNREADABLE = {"audio", "contacts", "document", "image", "location", "sticker", "video"}
UNDERSTOOD = {"text", "interactive", "button", *UNREADABLE}
LINKED = re.compile(r"\b(?:Kode|Code): ?([0-9A-Z]{4,12}(?:-[0-9A-Z]{4,12})?)\b")
MEDIA = re.compile(r"[0-9A-Za-z_.-]{1,200}")  # an id that can stand in an address
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")

Json = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """What one message of a person does: mostly one thing, a form all its answers in turn.

    `opens`: an official pressed the button of our invitation: then it is done only if nothing
    waited for them.
    """

    address: Address
    at: datetime
    done: tuple[Inbound, ...] = ()
    opens: bool = False
    raw: object = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """Meta's, or a digest of that where it is long."""
        return self.done[0].id if self.done else ""


@dataclass(frozen=True)
class Stray:
    """What should be for us and cannot be read; `reason` says nothing of what was in it."""

    reason: str
    raw: object = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """A message of ours did not arrive after all; `code` is Meta's."""

    chat: str
    code: int


@dataclass(frozen=True)
class Notice:
    """What a webhook tells: `skipped` names the kinds of what does not concern us, `strays` are
    what should and cannot be read."""

    messages: tuple[Message, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[str, ...] = ()
    strays: tuple[Stray, ...] = ()


# --- in -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Reads what is sent to one of our numbers.

    `phone_id`: that number's. `instrument`: what a form asks. `greetings`: the first
    words of the prefilled message, by language.
    """

    phone_id: str
    instrument: Instrument
    greetings: Mapping[str, str]

    def read(self, raw: object) -> Notice:
        """Never raises: what cannot be read is a stray."""
        messages, failures = list[Message](), list[Failure]()
        skipped, strays = list[str](), list[Stray]()
        for value in _values(raw):
            if _text(_dict(value, "metadata"), "phone_number_id") != self.phone_id:
                skipped.append("another number's")
                continue
            contacts = _dicts(value, "contacts")
            for sent in _dicts(value, "messages"):
                message = self._message(sent, contacts)
                kind = _text(sent, "type")[:20] or "a message without a type"
                if message:
                    messages.append(replace(message, raw=sent))
                elif kind in UNDERSTOOD and "group_id" not in sent:
                    strays.append(Stray(f"{kind} that cannot be read", sent))
                else:
                    skipped.append(kind)
            failures += _failures(value)
        if not _dicts(raw, "entry"):
            strays.append(Stray("a body that is not WhatsApp's", raw))
        elif not list(_values(raw)):
            skipped.append("nothing about messages")
        return Notice(tuple(messages), tuple(failures), tuple(skipped), tuple(strays))

    def _message(self, sent: Json, contacts: Sequence[Json]) -> Message | None:
        who, key = _person(sent, contacts), _text(sent, "id")
        if not who or not key or "group_id" in sent:
            return None
        address = Address("whatsapp", who, who)
        inbound = Inbound(_short(key), address)
        message = Message(address, _moment(sent))
        kind = _text(sent, "type")
        if kind == "text":
            return replace(message, done=(self._said(inbound, _text(_dict(sent, "text"), "body")),))
        if kind == "interactive":
            return self._pressed(message, inbound, _dict(sent, "interactive"))
        if kind == "button":
            report = replace(inbound, choice=WHEN_NOTHING_WAITS)
            return replace(message, done=(report,), opens=True)
        if kind not in UNREADABLE:
            return None
        return replace(message, done=(replace(inbound, photo=_photo(sent, kind)),))

    def _said(self, inbound: Inbound, text: str) -> Inbound:
        """A prefilled message that still has its code is a link that was followed."""
        hints = [code for code, begins in self.greetings.items() if text.startswith(begins)]
        inbound = replace(inbound, language=hints[0] if hints else "")
        linked = LINKED.search(text[:400])
        return replace(inbound, start=linked[1]) if linked else replace(inbound, text=text)

    def _pressed(self, message: Message, inbound: Inbound, pressed: Json) -> Message | None:
        for kind in ("list_reply", "button_reply"):
            if kind in pressed:
                data = _text(_dict(pressed, kind), "id")
                return replace(message, done=(replace(inbound, choice=data),))
        reply = _text(_dict(pressed, "nfm_reply"), "response_json")
        done = form.answers(inbound, reply, self.instrument) if reply else ()
        return replace(message, done=done) if done else None


def _values(raw: object) -> Iterator[Json]:
    """What each change of each entry says about messages."""
    for entry in _dicts(raw, "entry"):
        for change in _dicts(entry, "changes"):
            if change.get("field") == "messages":
                yield _dict(change, "value")


def _person(sent: Json, contacts: Sequence[Json]) -> str:
    """The business-scoped user id, which stays when a number is hidden; else the number."""
    number = _text(sent, "from")
    known = [c for c in contacts if number and _text(c, "wa_id") == number] or (
        contacts if len(contacts) == 1 else ()
    )
    scoped = _text(sent, "from_user_id") or next((_text(c, "user_id") for c in known), "")
    return scoped if BSUID.fullmatch(scoped) else number if number.isdecimal() else ""


def _photo(sent: Json, kind: str) -> Photo | None:
    """A picture, also one that was sent as a document; nobody has loaded it."""
    file = _dict(sent, kind)
    key = _text(file, "id")
    picture = kind == "image" or _text(file, "mime_type").startswith("image/")
    known = picture and kind in ("image", "document") and MEDIA.fullmatch(key)
    return Photo(key, caption=_text(file, "caption")) if known else None


def _failures(value: Json) -> list[Failure]:
    return [
        Failure(_text(status, "recipient_user_id") or _text(status, "recipient_id"), code)
        for status in _dicts(value, "statuses")
        if status.get("status") == "failed"
        for error in _dicts(status, "errors")[:1]
        if isinstance(code := error.get("code"), int)
    ]


def _moment(sent: Json) -> datetime:
    """When it was sent; what does not say so is from long ago."""
    seconds = _text(sent, "timestamp")
    plausible = seconds.isascii() and seconds.isdecimal() and len(seconds) <= 11
    return datetime.fromtimestamp(int(seconds) if plausible else 0, UTC)


def _short(key: str) -> str:
    return key if len(key) <= ID else hashlib.sha256(key.encode()).hexdigest()


def _dicts(raw: object, name: str) -> list[Json]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _dict(raw: object, name: str) -> Json:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def _text(raw: Json, name: str) -> str:
    """JSON can spell half a character and a zero, which no database takes."""
    found = raw.get(name)
    plain = found if isinstance(found, str) else ""
    return plain.encode(errors="replace").decode().replace("\0", "")
