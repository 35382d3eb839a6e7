"""The webhook: only signed content is read, 200 means committed, duplicates count once."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.messaging.channel import Send
from bot.messaging.message import Inbound
from bot.web.body_limit import LIMITS
from skm.store.database.database import StoreError
from tests.bot.whatsapp.bodies import FOLDER, NUMBER, text_of
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.whatsapp import SECRET, VERIFY
from tests.tools.chat import CODE

BODIES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        yield line


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()


async def posted(line: Line, body: bytes, signed: str | None) -> int:
    headers = {} if signed is None else {"X-Hub-Signature-256": signed}
    async with (
        aiohttp.ClientSession() as session,
        session.post(line.stand.webhook, data=body, headers=headers) as answer,
    ):
        return answer.status


@pytest.mark.parametrize("name", BODIES)
async def test_every_webhook_is_acknowledged_also_when_redelivered(line: Line, name: str) -> None:
    body = text_of(name)
    assert await posted(line, body, signature(body)) == 200
    await line.quiet()
    sent = list(line.stand.sent)
    assert await posted(line, body, signature(body)) == 200
    await line.quiet()
    assert line.stand.sent == sent


@pytest.mark.parametrize(
    "forged",
    [None, "", "sha256=", "sha1=abc", "sha256=ÿ", signature(b"another body"),
     signature(text_of("text"), "another secret"), signature(text_of("text"))[7:],
     signature(text_of("text")).upper()],
)  # fmt: skip
async def test_a_forged_signature_is_refused(line: Line, forged: str | None) -> None:
    assert await posted(line, text_of("text"), forged) == 401
    await line.quiet()
    assert line.stand.sent == []


async def test_a_changed_body_does_not_match_its_signature(line: Line) -> None:
    body = text_of("text")
    assert await posted(line, body + b" ", signature(body)) == 401


async def test_signed_content_that_cannot_be_read_is_acknowledged_and_recorded(line: Line) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000):
        assert await posted(line, body, signature(body)) == 200
    assert {one.reason for one in line.unreadable} == {
        "signed content that is not JSON",
        "a body that is not WhatsApp's",
    }


async def test_a_message_that_cannot_be_read_is_recorded_without_its_text(
    line: Line,
) -> None:
    says = line.stand.says
    unreadable = {**says(NUMBER, text={"body": "rahasia"}), "id": ""}
    assert await line.stand.posts(unreadable, says("62811111111", text={"body": CODE})) == 200
    await line.quiet()
    assert len(line.stand.sent) == 1
    [message] = line.unreadable
    assert message.reason == "text that cannot be read"
    assert '"body": "str 7"' in message.shape
    assert NUMBER not in message.shape


async def test_a_message_that_always_fails_is_recorded_and_blocks_no_other(
    line: Line, caplog: Any
) -> None:
    secret = "rahasia"

    async def mistaken(inbound: Inbound, send: Send) -> None:
        if inbound.address.user == NUMBER:
            raise KeyError(secret)
        await line.desk.inbox.receive(inbound, send)

    line.instead = mistaken
    says = line.stand.says
    batch = [says(NUMBER, text={"body": CODE}), says("62811111111", text={"body": CODE})]
    assert [await line.stand.posts(*batch) for _ in range(5)] == [500, 500, 500, 500, 200]
    await line.quiet()
    assert len(line.stand.sent) == 1
    [message] = line.unreadable
    assert (message.reason, len(message.message_id)) == ("KeyError", 32)
    assert NUMBER not in caplog.text
    assert "rahasia" not in caplog.text


async def test_a_body_larger_than_any_webhook_is_refused(line: Line) -> None:
    size = LIMITS["whatsapp_webhook"].size
    bodies = [b" " * length for length in (size, size + 1)]
    assert [await posted(line, body, signature(body)) for body in bodies] == [200, 413]


async def test_an_old_replay_is_ignored(
    line: Line,
) -> None:
    body = text_of("text")
    line.desk.time.passes(days=8)
    assert await posted(line, body, signature(body)) == 200
    await line.quiet()
    assert line.stand.sent == []


async def test_a_message_that_cannot_be_stored_is_redelivered_and_the_others_are_processed_once(
    line: Line, caplog: Any
) -> None:
    troubles = [StoreError("The disk is full.")]

    async def troubled(inbound: Inbound, send: Send) -> None:
        if inbound.address.user != NUMBER and troubles:
            raise troubles.pop()
        await line.desk.inbox.receive(inbound, send)

    line.instead = troubled
    says = line.stand.says
    batch = [
        says(NUMBER, text={"body": CODE}),
        says("62811111111", text={"body": CODE}),
        says(NUMBER, text={"body": "4"}),
    ]
    assert await line.stand.posts(*batch) == 503
    assert await line.stand.posts(*batch) == 200
    await line.quiet()
    assert "Pertanyaan 2 dari 9" in line.phone(NUMBER).sees
    assert "Pertanyaan 1 dari 9" in line.phone("62811111111").sees
    assert len(line.stand.sent) == 3
    assert "The disk is full." in caplog.text


async def test_an_unexpected_error_is_logged_without_the_text(line: Line, caplog: Any) -> None:
    async def broken(inbound: Inbound, send: Send) -> None:
        raise ValueError(f"cannot do {inbound.text}")

    line.instead = broken
    assert await line.stand.posts(line.stand.says(NUMBER, text={"body": "rahasia"})) == 500
    assert "ValueError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_no_text_and_no_number_is_logged(line: Line, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    for name in BODIES:
        await posted(line, text_of(name), signature(text_of(name)))
    await line.quiet()
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith(("bot", "skm")))
    assert "reaction" in ours
    for said in ("Kursi", "pajang saya", NUMBER, "13491208655302741918"):
        assert said not in ours


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "42"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": "another", "hub.challenge": "42"}, 403),
        ({"hub.mode": "unsubscribe", "hub.verify_token": VERIFY, "hub.challenge": "42"}, 403),
        ({"hub.mode": "subscribe", "hub.challenge": "42"}, 403),
        ({}, 403),
    ],
)
async def test_the_verification_of_meta_is_answered(
    line: Line, asked: dict[str, str], status: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(line.stand.webhook, params=asked) as answer,
    ):
        assert answer.status == status
        assert await answer.text() == ("42" if status == 200 else "")
