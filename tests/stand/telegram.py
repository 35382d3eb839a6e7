"""The Bot API stand: a real HTTP server that a bot takes for Telegram.

It keeps updates until an offset confirms them (or a webhook answered 200), keeps chats as a client
would show them, refuses what the real one refuses, in its words, and lets a test script troubles.
By itself: `python -m tests.stand.telegram --port 9006`, then
`curl -d "/start K7Q2M9" http://127.0.0.1:9006/citizen/1/types` and
`curl -d "Baik" http://127.0.0.1:9006/citizen/1/taps` answer with what the citizen sees.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.stand import trouble as known
from tests.stand.calls import (
    Call,
    Chat,
    Message,
    Refused,
    bad_request,
    commands_of,
    read,
    rows_of,
    text_of,
)
from tests.stand.citizen import Citizen
from tests.stand.outside import Outside
from tests.stand.trouble import Answer, Trouble, growing, refusal

TOKEN = "123456:stand-TOKEN_that-must-not-leak"
BOT = {"id": 123456, "is_bot": True, "first_name": "SKM", "username": "skm_test_bot"}


class BotApi:
    """`async with BotApi() as api:` serves at `api.url`; `api.citizen()` is a new user."""

    def __init__(self, port: int = 0, token: str = TOKEN) -> None:
        self.port, self.token = port, token
        self.calls: list[Call] = []
        self.troubles: list[Trouble] = []
        self.chats: dict[int, Chat] = {}
        self.citizens: dict[int, Citizen] = {}
        self.commands: dict[str, Any] = {}
        self.updates: dict[int, dict[str, Any]] = {}
        self.deliveries: Counter[int] = Counter()
        self.presses: set[str] = set()
        self.webhook: dict[str, Any] = {}
        self.webhook_error: dict[str, Any] = {}
        self.allowed: set[str] = set()
        self.latency = 0.0
        self.newest_first = False
        self.files: dict[str, bytes] = {}
        self._numbers, self._message_ids = count(1001), count(1)
        self._arrived = asyncio.Event()
        self._polls = 0
        self._posting: set[asyncio.Task[None]] = set()
        self._methods: dict[str, Callable[[Call], Any]] = {
            "getMe": lambda call: BOT,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_file,
            "sendDocument": self._send_file,
            "editMessageText": self._edit_message_text,
            "getFile": self._get_file,
            "answerCallbackQuery": self._answer_callback_query,
            "setMyCommands": self._set_my_commands,
        }

    # --- for tests -------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    def keeps(self, content: bytes) -> dict[str, Any]:
        """A file that a user uploads, as a message names it."""
        key = f"AgAC{len(self.files)}"
        self.files[key] = content
        return {"file_id": key, "file_unique_id": f"u{key}", "file_size": len(content)}

    def citizen(self, id: int = 0, **kind: Any) -> "Citizen":
        """A user with a phone, whose chat with the bot exists."""
        id = id or 7_000_000_000 + len(self.citizens)
        if id not in self.citizens:
            self.citizens[id] = Citizen(self, id, **kind)
        return self.citizens[id]

    def close_connections(self) -> int:
        """Close every connection of the bot; returns how many there were."""
        return known.close_connections(self._runner)

    def goes_wrong(
        self, method: str, answer: Answer | Outside | None = None, **how: Any
    ) -> Trouble:
        trouble = Trouble(method, answer, **how)
        self.troubles.append(trouble)
        return trouble

    def made(self, *methods: str, chat: int | None = None) -> list[Call]:
        """The calls of these methods (all but getUpdates, if none are named)."""
        return [
            call
            for call in self.calls
            if (call.method in methods if methods else call.method != "getUpdates")
            and chat in (None, call.chat)
        ]

    def deliver(self, update: dict[str, Any]) -> int:
        """Queue an update as it is, if the bot asked for its kind; its number."""
        number = next(self._numbers)
        if self.allowed and not self.allowed & update.keys():
            return number
        self.updates[number] = {"update_id": number, **update}
        self._wake()
        if self.webhook:
            self._post(number)
        return number

    # --- serving ---------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/photos/{key}.jpg", self._serve_file)
        app.router.add_post("/citizen/{id}/{act:taps|types}", self._act)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._posting:
            task.cancel()
        for trouble in self.troubles:
            trouble.over.set()
        self._polls += 1
        self._wake()
        await self._client.close()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _json(refusal(401, "Unauthorized"))
        call = await read(request)
        self.calls.append(call)
        if self.latency:
            await asyncio.sleep(self.latency)
        trouble = next((t for t in self.troubles if t.applies_to(call.method, call.chat)), None)
        if trouble is None:
            return _json(await self._done(call))
        if trouble.accepted:
            await self._done(call)
        if trouble.hangs:
            await trouble.over.wait()
        if trouble.answer is None and request.transport:
            request.transport.abort()
        if isinstance(trouble.answer, Outside):
            return await trouble.answer.give(request)
        return _json(trouble.answer or refusal(500, "Internal Server Error"))

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        self.calls.append(Call(time.monotonic(), "file", None, {"key": key}))
        if request.match_info["token"] != self.token or key not in self.files:
            return _json(refusal(404, "Not Found"))
        return web.Response(body=self.files[key], content_type="application/octet-stream")

    async def _done(self, call: Call) -> Answer:
        try:
            if call.method == "getUpdates":
                return 200, {"ok": True, "result": await self._get_updates(call)}
            if call.method not in self._methods:
                return refusal(404, "Not Found")
            return 200, {"ok": True, "result": self._methods[call.method](call)}
        except Refused as refused:
            return refused.answer

    async def _act(self, request: web.Request) -> web.Response:
        """What a citizen does, from a shell; the answer is what the citizen then sees."""
        citizen, said = self.citizen(int(request.match_info["id"])), await request.text()
        try:
            await (citizen.taps if request.match_info["act"] == "taps" else citizen.types)(said)
        except AssertionError as error:
            return web.Response(status=409, text=f"{error}\n")
        return web.Response(text=f"{citizen.sees}\n\n{citizen.buttons}\n")

    # --- updates ---------------------------------------------------------------------------------

    async def _get_updates(self, call: Call) -> list[dict[str, Any]]:
        """Confirms everything below the offset; another poller ends this one."""
        if self.webhook:
            raise Refused(known.WEBHOOK_IS_SET)
        self._polls += 1
        self.allowed = set(json.loads(call.params.get("allowed_updates", "[]")))
        mine, until = self._polls, time.monotonic() + float(call.params.get("timeout", 0))
        self._wake()
        offset = int(call.params.get("offset", 0))
        self.updates = {n: u for n, u in self.updates.items() if n >= offset}
        while not self.updates and (left := until - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                break
            if mine != self._polls:
                raise Refused(known.OTHER_POLLER)
        most = int(call.params.get("limit") or 100)
        batch = [self.updates[n] for n in sorted(self.updates)][:most]
        self.deliveries.update(update["update_id"] for update in batch)
        return batch[::-1] if self.newest_first else batch

    def _wake(self) -> None:
        """Everybody who waits for updates looks again."""
        self._arrived.set()
        self._arrived = asyncio.Event()

    def _set_webhook(self, call: Call) -> bool:
        self.webhook = call.params
        self.allowed = set(json.loads(call.params.get("allowed_updates", "[]")))
        for number in self.updates:
            self._post(number)
        return True

    def _webhook_info(self, call: Call) -> dict[str, Any]:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            **self.webhook_error,
        }

    def _delete_webhook(self, call: Call) -> bool:
        self.webhook = {}
        return True

    def _post(self, number: int) -> None:
        task = asyncio.create_task(self._post_until_taken(number))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _post_until_taken(self, number: int) -> None:
        """Anything but 2xx, and a server that is away, means: deliver again, ever more slowly."""
        waits = growing(0.05)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        while number in self.updates and self.webhook:
            self.deliveries[number] += 1
            try:
                async with self._client.post(
                    self.webhook["url"], json=self.updates[number], headers=headers
                ) as response:
                    if response.ok:
                        self.updates.pop(number, None)
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(next(waits))

    # --- methods ---------------------------------------------------------------------------------

    def _chat(self, call: Call) -> Chat:
        chat = self.chats.get(call.chat or 0)
        if chat is None:
            raise bad_request("chat not found")
        chat.news.set()
        if chat.blocked:
            raise Refused(known.blocked())
        return chat

    def _send_message(self, call: Call) -> dict[str, Any]:
        chat, text = self._chat(call), text_of(call, "text", 4096)
        if not text:
            raise bad_request("message text is empty")
        thread = self._thread(call, chat)
        return chat.shows(BOT, Message(next(self._message_ids), text, rows_of(call), thread=thread))

    def _thread(self, call: Call, chat: Chat) -> int:
        """The topic that a message is sent to, 0 without one."""
        thread = int(call.params.get("message_thread_id", 0))
        if thread and thread not in chat.topics:
            raise bad_request("message thread not found")
        if thread and not chat.topics[thread]:
            raise bad_request("TOPIC_CLOSED")
        return thread

    def _send_file(self, call: Call) -> dict[str, Any]:
        chat, text = self._chat(call), text_of(call, "caption", 1024)
        if not any(call.files.values()):
            raise bad_request(
                f"there is no {call.method.removeprefix('send').lower()} in the request"
            )
        [name] = call.files
        return chat.shows(BOT, Message(next(self._message_ids), text, rows_of(call), name))

    def _edit_message_text(self, call: Call) -> dict[str, Any]:
        chat, text = self._chat(call), text_of(call, "text", 4096)
        message = chat.messages.get(int(call.params["message_id"]))
        if message is None:
            raise bad_request("message to edit not found")
        if message.file:
            raise bad_request("there is no text in the message to edit")
        if not text:
            raise bad_request("message text is empty")
        if (text, rows_of(call)) == (message.text, message.rows):
            raise Refused(known.UNCHANGED)
        return chat.shows(BOT, Message(message.id, text, rows_of(call)))

    def _get_file(self, call: Call) -> dict[str, Any]:
        key = call.params["file_id"]
        if key not in self.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        named = {"file_id": key, "file_unique_id": f"u{key}", "file_size": len(self.files[key])}
        return {**named, "file_path": f"photos/{key}.jpg"}

    def _answer_callback_query(self, call: Call) -> bool:
        press = call.params["callback_query_id"]
        if press not in self.presses:
            raise Refused(known.TOO_OLD)
        self.presses.discard(press)
        return True

    def _set_my_commands(self, call: Call) -> bool:
        self.commands[call.params.get("language_code", "")] = commands_of(call)
        return True

    def next_message(self) -> int:
        """The number of a message that a citizen writes."""
        return next(self._message_ids)


def _json(answer: Answer) -> web.Response:
    status, body = answer
    return web.json_response(body, status=status)


async def main(port: int) -> None:
    async with BotApi(port) as api:
        print(f"SKM_TELEGRAM_API_URL={api.url}\nSKM_TELEGRAM_TOKEN={api.token}", flush=True)
        print(f"SKM_TELEGRAM_FILE_URL={api.file_url}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9006)
    asyncio.run(main(parser.parse_args().port))
