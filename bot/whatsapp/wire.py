"""Pure: the JSON of a webhook → what users did. Outgoing messages: screens.py.

Only the fields that are needed are read. What is not addressed to us, or is nothing that a
respondent says (a reaction, a request for the first message), is skipped by the name of its type.
That a user has another number or scoped id now is an Inbound that says only this. Whatever else
cannot be read (a poll, a picture that can be viewed once) is an Inbound without content, which gets
a sentence.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.messaging.message import Address, Inbound, SentFile, SentPhoto, is_picture, storable
from bot.whatsapp import flow
from bot.whatsapp.http import Payload
from skm.survey.instrument import Instrument

MAX_ID = 100  # characters of a message's id; a longer one is replaced by its digest
OPEN_CHAT = "open"  # the payload of the button in an invitation
IF_NOTHING_WAITS = "/report"  # what that button does when no delivery waits

SILENT = {"ephemeral", "reaction", "request_welcome", "revoke"}
READABLE = {"text", "interactive", "button"}
LINK_CODE = re.compile(r"\b(?:Kode|Code): ?([0-9A-Z]{4,12}(?:-[0-9A-Z]{4,12})?)\b")
MEDIA_ID = re.compile(r"[0-9A-Za-z_.-]{1,200}")  # safe as a part of a URL
SYSTEM = "system"
SCOPED_CHANGED = "user_changed_user_id"
MOVED = {SCOPED_CHANGED, "user_changed_number", "customer_changed_number"}
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")  # business-scoped user id


@dataclass(frozen=True)
class Message:
    """A message of a user. `inbounds`: what it does, usually one thing; a flow gives its answers.

    `opens_chat`: the button of an invitation was pressed; `inbounds` apply only if no delivery
    waits for this official.
    """

    address: Address
    sent_at: datetime
    inbounds: tuple[Inbound, ...] = ()
    opens_chat: bool = False
    raw: object = field(default=None, repr=False, compare=False)

    @property
    def is_unreadable(self) -> bool:
        """Whether it has content that was not understood."""
        return any({one.text, one.choice, one.start} == {None} for one in self.inbounds)

    @property
    def reports_move(self) -> bool:
        """Whether it only says that the user has another number or id."""
        return any(one.moved for one in self.inbounds)

    @property
    def id(self) -> str:
        """Meta's id, or its digest if it is long."""
        return self.inbounds[0].id if self.inbounds else ""


@dataclass(frozen=True)
class MalformedMessage:
    """A message that should be readable and is not. `reason` says nothing of its content."""

    reason: str
    raw: object = field(repr=False)


@dataclass(frozen=True)
class MessageStatus:
    """What became of a message of ours that was accepted. `message`: its id. `chats`: all ids of
    its recipient. `code`: Meta's error number if it failed, 0 without one; None if it arrived.
    """

    message: str
    chats: tuple[str, ...]
    code: int | None = None


@dataclass(frozen=True)
class WebhookContent:
    """The content of a webhook. `skipped`: the types of what does not concern us."""

    messages: tuple[Message, ...] = ()
    statuses: tuple[MessageStatus, ...] = ()
    skipped: tuple[str, ...] = ()
    malformed: tuple[MalformedMessage, ...] = ()


@dataclass(frozen=True)
class WebhookReader:
    """Reads what is sent to one of our numbers.

    `phone_id`: the id of that number. `instrument`: what the flow asks. `greetings`: the first
    words of the prefilled message, by language.
    """

    phone_id: str
    instrument: Instrument
    greetings: Mapping[str, str]

    def read(self, raw: object) -> WebhookContent:
        """Never raises: what cannot be read is in `malformed`."""
        messages, statuses = list[Message](), list[MessageStatus]()
        skipped, malformed = list[str](), list[MalformedMessage]()
        for value in _values(raw):
            if _text(_dict(value, "metadata"), "phone_number_id") != self.phone_id:
                skipped.append("for another number")
                continue
            contacts = _dicts(value, "contacts")
            for sent in _dicts(value, "messages"):
                kind = _text(sent, "type")[:20] or "a message without a type"
                if kind in SILENT or "group_id" in sent:
                    skipped.append(kind)
                    continue
                if kind == SYSTEM:
                    move = _move(sent)
                    messages += [replace(move, raw=sent)] if move else []
                    skipped += [] if move else [kind]
                    continue
                message = self._message(sent, contacts)
                if message:
                    messages.append(replace(message, raw=sent))
                if message is None or (kind in READABLE and message.is_unreadable):
                    malformed.append(MalformedMessage(f"{kind} that cannot be read", sent))
            statuses += _statuses(value)
        if not _dicts(raw, "entry"):
            malformed.append(MalformedMessage("a body that is not WhatsApp's", raw))
        elif not list(_values(raw)):
            skipped.append("nothing about messages")
        return WebhookContent(tuple(messages), tuple(statuses), tuple(skipped), tuple(malformed))

    def _message(self, sent: Payload, contacts: Sequence[Payload]) -> Message | None:
        address, key = _address(sent, contacts), _text(sent, "id")
        if not address or not key:
            return None
        at = _sent_at(sent)
        unread = Inbound(_short(key), address, sent_at=at)
        message = Message(address, at, (unread,))
        kind = _text(sent, "type")
        if kind == "text":
            inbounds = self._typed(unread, _text(_dict(sent, "text"), "body"))
        elif kind == "interactive":
            inbounds = self._pressed(unread, _dict(sent, "interactive"))
        elif kind == "button":
            report = replace(unread, choice=IF_NOTHING_WAITS)
            return replace(message, inbounds=(report,), opens_chat=True)
        else:
            inbounds = (replace(unread, photo=_photo(sent, kind), file=_file(sent, kind)),)
        return replace(message, inbounds=inbounds or (unread,))

    def _typed(self, unread: Inbound, text: str) -> tuple[Inbound, ...]:
        """A text; a prefilled message that still contains its code counts as a followed link."""
        if not text:
            return ()
        hints = [code for code, begins in self.greetings.items() if text.startswith(begins)]
        inbound = replace(unread, language=hints[0] if hints else "")
        linked = LINK_CODE.search(text[:400])
        return (replace(inbound, start=linked[1]) if linked else replace(inbound, text=text),)

    def _pressed(self, unread: Inbound, pressed: Payload) -> tuple[Inbound, ...]:
        """What a button, a list's row or a flow says; () if that cannot be read."""
        for kind in ("list_reply", "button_reply"):
            if kind in pressed:
                data = _text(_dict(pressed, kind), "id")
                return (replace(unread, choice=data),)
        reply = _text(_dict(pressed, "nfm_reply"), "response_json")
        return flow.answers(unread, reply, self.instrument) if reply else ()


def _values(raw: object) -> Iterator[Payload]:
    """The values of all changes of field "messages"."""
    for entry in _dicts(raw, "entry"):
        for change in _dicts(entry, "changes"):
            if change.get("field") == "messages":
                yield _dict(change, "value")


def _address(sent: Payload, contacts: Sequence[Payload]) -> Address | None:
    """The sender: the business-scoped user id, which stays if the number is hidden, or the number.

    Beside a scoped id the number is the former id. None if there is neither.
    """
    number = _text(sent, "from")
    known = [c for c in contacts if number and _text(c, "wa_id") == number] or (
        contacts if len(contacts) == 1 else ()
    )
    scoped = _text(sent, "from_user_id") or next((_text(c, "user_id") for c in known), "")
    ids = [scoped] if BSUID.fullmatch(scoped) else []
    ids += [number] if number.isdecimal() else []
    return Address("whatsapp", ids[0], ids[0], formerly=tuple(ids[1:])) if ids else None


def _move(sent: Payload) -> Message | None:
    """What Meta says when a user changes the number, or only the scoped id (reference of the
    messages webhook: system). A scoped id of which no other one is named stays with a new number.
    None if it does not say from where to where, or says something else.
    """
    system, key = _dict(sent, "system"), _text(sent, "id")
    kind, present = _text(system, "type"), _text(sent, "from_user_id")
    stays = kind != SCOPED_CHANGED and not _text(system, "previous_user_id")
    scoped = [_text(system, "user_id"), present if stays else ""]
    numbers = [_text(system, "wa_id"), _text(system, "new_wa_id")]
    before = [_text(system, "previous_user_id"), present, _text(sent, "from")]
    new = [id for id in (*scoped, *numbers) if _is_id(id)]
    old = [id for id in before if _is_id(id) and id not in new]
    if kind not in MOVED or not (new and old and key):
        return None
    formerly = tuple(dict.fromkeys(id for id in (*new, *old) if id != new[0]))
    address, at = Address("whatsapp", new[0], new[0], formerly=formerly), _sent_at(sent)
    return Message(address, at, (Inbound(_short(key), address, sent_at=at, moved=True),))


def _is_id(id: str) -> bool:
    """Whether it is a scoped id or a number."""
    return bool(BSUID.fullmatch(id)) or id.isdecimal()


def _file(sent: Payload, kind: str) -> SentFile | None:
    """The id of a document that is no image."""
    file = _dict(sent, kind)
    key = _text(file, "id")
    if kind != "document" or is_picture(_text(file, "mime_type")):
        return None
    return SentFile(key, name=_text(file, "filename")[:200]) if MEDIA_ID.fullmatch(key) else None


def _photo(sent: Payload, kind: str) -> SentPhoto | None:
    """The id of an image or scan, also of one sent as a document; it is not downloaded here."""
    file = _dict(sent, kind)
    key = _text(file, "id")
    picture = kind == "image" or is_picture(_text(file, "mime_type"))
    known = picture and kind in ("image", "document") and MEDIA_ID.fullmatch(key)
    return SentPhoto(key, caption=_text(file, "caption")) if known else None


def _statuses(value: Payload) -> Iterator[MessageStatus]:
    """Those that say how it ended; that a message was sent says nothing new."""
    for status in _dicts(value, "statuses"):
        ids = (_text(status, "recipient_user_id"), _text(status, "recipient_id"))
        found = MessageStatus(_text(status, "id"), tuple(filter(None, ids)))
        if not found.message:
            continue
        if status.get("status") in ("delivered", "read"):
            yield found
        elif status.get("status") == "failed":
            codes = [error.get("code") for error in _dicts(status, "errors")]
            yield replace(found, code=next((one for one in codes if type(one) is int), 0))


def _sent_at(sent: Payload) -> datetime:
    """The time of sending; 1970 if there is none, so that the message counts as too old."""
    seconds = _text(sent, "timestamp")
    plausible = seconds.isascii() and seconds.isdecimal() and len(seconds) <= 11
    return datetime.fromtimestamp(int(seconds) if plausible else 0, UTC)


def _short(key: str) -> str:
    return key if len(key) <= MAX_ID else hashlib.sha256(key.encode()).hexdigest()


def _dicts(raw: object, name: str) -> list[Payload]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _dict(raw: object, name: str) -> Payload:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def _text(raw: Payload, name: str) -> str:
    found = raw.get(name)
    return storable(found) if isinstance(found, str) else ""
