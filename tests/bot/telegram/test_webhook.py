"""The webhook over real sockets: who may post, and which status is returned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.telegram import webhook
from bot.telegram.channel import TelegramChannel
from bot.web.body_limit import LIMITS, with_body_limits
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import StoreError
from tests.bot.telegram.conftest import Notebook, unlimited, until
from tests.bot.telegram.updates import message
from tests.stand.telegram import BotApi
from tests.tools.served import served

SECRET = "a-secret_of-the-webhook"
PATH = "/telegram/hook"
FULL = "The disk is full: free some space; nothing was stored."


@dataclass
class Hook:
    """A served webhook and a client that posts to it."""

    url: str
    notebook: Notebook
    telegram: TelegramChannel
    unreadable: list[str] = field(default_factory=list)

    async def post(self, body: Any, secret: str | None = SECRET, **more: Any) -> int:
        """The status of the answer. `body`: bytes as they are, anything else as JSON."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, headers=headers, **sent, **more) as response,
        ):
            return response.status


@asynccontextmanager
async def listening(api: BotApi, notebook: Notebook) -> AsyncIterator[Hook]:
    unreadable: list[str] = []

    async def record(one: UnreadableMessage) -> None:
        unreadable.append(one.message_id)

    async with TelegramChannel(
        api.token,
        api_url=api.url,
        webhook_url=f"https://survei.example.go.id{PATH}",
        webhook_secret=SECRET,
        limiter=unlimited(),
        on_unreadable=record,
    ) as telegram:
        app = Starlette(routes=with_body_limits([telegram.webhook_route(notebook.receive)]))
        async with served(app) as base:
            telegram._webhook_url = base + PATH  # the port is known only now
            yield Hook(base + PATH, notebook, telegram, unreadable)


@pytest.fixture
async def hook(api: BotApi, notebook: Notebook) -> AsyncIterator[Hook]:
    async with listening(api, notebook) as hook:
        yield hook


async def test_a_committed_update_is_answered_with_200(hook: Hook) -> None:
    assert await hook.post(message("halo")) == 200
    assert hook.notebook.committed == ["halo"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper()])
async def test_a_wrong_secret_is_answered_with_403(hook: Hook, secret: str | None) -> None:
    assert await hook.post(message("halo"), secret) == 403
    assert hook.notebook.begun == []


async def test_200_comes_only_after_the_commit(hook: Hook) -> None:
    gate = hook.notebook.gates["halo"] = asyncio.Event()
    posting = asyncio.create_task(hook.post(message("halo")))
    await until(lambda: hook.notebook.begun)
    assert not posting.done()
    gate.set()
    assert await posting == 200
    assert hook.notebook.committed == ["halo"]


async def test_a_failure_of_the_store_is_answered_with_503(
    hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    hook.notebook.troubles["halo"] = [StoreError(FULL)]
    assert await hook.post(message("halo")) == 503
    assert await hook.post(message("halo")) == 200
    assert FULL in caplog.text


async def test_an_unexpected_error_is_answered_with_500_and_logged_without_the_text(
    hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    hook.notebook.troubles["rahasia"] = [KeyError("rahasia")]
    assert await hook.post(message("rahasia")) == 500
    assert "KeyError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_an_update_that_always_fails_is_recorded_as_unreadable_after_five_attempts(
    hook: Hook,
) -> None:
    hook.notebook.troubles["rahasia"] = [KeyError("rahasia")] * 99
    update = message("rahasia", number=77)
    assert [await hook.post(update) for _ in range(6)] == [500, 500, 500, 500, 200, 500]
    assert hook.unreadable == ["77"]


async def test_an_update_that_cannot_be_recorded_is_delivered_again(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(message: UnreadableMessage) -> None:
        raise StoreError("The disk is full.")

    hook.telegram._on_unreadable = full
    updates = hook.telegram._updates(hook.notebook.receive)
    assert await webhook.status_of(updates, {"update_id": 9, "message": {"from": 7}}) == 503
    assert await webhook.status_of(updates, ["no update"]) == 503


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe"])
async def test_a_body_that_is_not_json_is_answered_with_400(hook: Hook, body: bytes) -> None:
    assert await hook.post(body) == 400


async def test_a_malformed_update_is_recorded_and_not_delivered_for_ever(hook: Hook) -> None:
    assert await hook.post({"update_id": 9, "message": {"from": 7}}) == 200
    assert await hook.post(["no update"]) == 200
    assert [message[:13] for message in hook.unreadable] == ["9", "without an id"]


async def test_a_body_larger_than_any_update_is_refused(hook: Hook) -> None:
    size = LIMITS["telegram_webhook"].size
    assert [await hook.post(b"x" * length) for length in (size, size + 1)] == [400, 413]


async def test_only_post_is_answered(hook: Hook) -> None:
    async with aiohttp.ClientSession() as session, session.get(hook.url) as response:
        assert response.status == 405


async def test_updates_of_one_user_are_processed_in_order(hook: Hook) -> None:
    gate = hook.notebook.gates["1"] = asyncio.Event()
    first = asyncio.create_task(hook.post(message("1", number=1)))
    await until(lambda: hook.notebook.begun == ["1"])
    second = asyncio.create_task(hook.post(message("2", number=2)))
    other = message("a", number=3, who={"id": 5}, chat={"id": 5, "type": "private"})
    assert await hook.post(other) == 200
    assert hook.notebook.begun == ["1", "a"]
    gate.set()
    assert [await first, await second] == [200, 200]
    assert hook.notebook.committed == ["a", "1", "2"]


async def test_telegram_posts_to_the_announced_webhook(hook: Hook, api: BotApi) -> None:
    await hook.telegram.announce_webhook()
    [call] = api.made("setWebhook")
    assert call.params["url"] == hook.url
    assert call.params["secret_token"] == SECRET
    citizen = await api.citizen().scans("K7Q2M9")
    await citizen.taps("Baik")
    assert citizen.sees == "v.good"
    await until(lambda: not api.updates and not api.presses)
    assert citizen.calls() == 3


async def test_the_webhook_is_announced_until_telegram_answers(hook: Hook, api: BotApi) -> None:
    api.goes_wrong("setWebhook", times=2)
    await hook.telegram.announce_webhook()
    assert api.webhook["url"] == hook.url


async def test_a_refused_update_is_posted_again(hook: Hook, api: BotApi) -> None:
    await hook.telegram.announce_webhook()
    hook.notebook.troubles["halo"] = [StoreError(FULL), KeyError("x"), StoreError(FULL)]
    citizen = await api.citizen().types("halo")
    assert citizen.sees == "halo"
    await until(lambda: not api.updates)
    assert hook.notebook.committed == ["halo"]
