"""WhatsApp's Cloud API on loopback: takes what we send, and posts signed webhooks as Meta does.

It refuses what the real one refuses, delivers again whatever was not answered with 200, and lets a
test script troubles.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.stand.cloud_limits import complaint
from tests.stand.outside import Outside
from tests.stand.trouble import close_connections, growing

PHONE_ID = "106540352242922"
SECRET = "the-apps-secret"
VERIFY = "a-word-of-ours"
TOKEN = "token"
MOMENT = "1795400100"  # a quarter past nine on the morning of tests.chat.Time
AGAIN = 0.05  # seconds until a webhook is delivered again

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def now() -> str:
    """When people write whose server runs on the real clock."""
    return str(int(time.time()))


def refusal(status: int, code: int, text: str = "") -> tuple[int, Json]:
    """An error as the Cloud API words it."""
    return status, {"error": {"message": f"(#{code}) {text}", "code": code, "fbtrace_id": "A1"}}


@dataclass
class CloudApiStand:
    """`sent`: every message we handed over. `trouble`: what the next ones get instead;
    `media_trouble`: what the next uploads get instead; `second`: what follows a taken message.

    `outside`: what every request gets instead. `breaks`: how many of the next connections break;
    `accepted`: after the message was taken. `files`: what was uploaded, by id; `sizes`: what is
    said of their sizes, if not the truth; `given`: which of them we loaded. `moment`: when people
    write.
    """

    webhook: str = ""
    sent: list[Json] = field(default_factory=list)
    trouble: list[tuple[int, Json]] = field(default_factory=list)
    media_trouble: list[tuple[int, Json]] = field(default_factory=list)
    second: list[tuple[int, Json]] = field(default_factory=list)
    outside: Outside | None = None
    breaks: int = 0
    accepted: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    lies_at: str = ""  # where files are said to be, if not here
    phone: Json = field(default_factory=lambda: {"display_phone_number": "+62 812-0000-0000"})
    sizes: dict[str, int] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    moment: Callable[[], str] = lambda: MOMENT
    out: list[str] = field(default_factory=list)
    early: list[int] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=count)
    news: dict[str, asyncio.Event] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._outside])
        app.add_routes(
            [
                web.post(f"/v1/{PHONE_ID}/messages", self._take),
                web.post(f"/v1/{PHONE_ID}/media", self._keep),
                web.get(f"/v1/{PHONE_ID}", self._tell_phone),
                web.get("/v1/{media}", self._tell_where),
                web.get("/lookaside/{media}", self._give),
            ]
        )
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    @web.middleware
    async def _outside(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (self.outside.give(request) if self.outside else handler(request))

    async def _take(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _answer(refusal(401, 190, "Invalid OAuth access token"))
        if self.trouble:
            return _answer(self.trouble.pop(0))
        message = await request.json()
        if wrong := complaint(message):
            return _answer(refusal(400, 131009, wrong))
        id = f"wamid.{self._runner.addresses[0][1]}.out{next(self.ids)}"  # unlike another stand's
        if not self.breaks or self.accepted:
            self.sent.append(message)
            self.out.append(id)
            self.trouble += self.second
            self.second = []
        if self.early:
            await self.reports(id, self.early.pop(0))
        if self.breaks and request.transport:
            self.breaks -= 1
            request.transport.abort()
        who = message.get("to") or message["recipient"]
        self.news.setdefault(who, asyncio.Event()).set()
        return web.json_response({"messages": [{"id": id}]})

    async def _keep(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        if self.media_trouble:
            return _answer(self.media_trouble.pop(0))
        if form["messaging_product"] != "whatsapp" or not isinstance(file, web.FileField):
            return _answer(refusal(400, 100, "Invalid parameter"))
        id = f"media{next(self.ids)}"
        self.files[id] = file.file.read()
        return web.json_response({"id": id})

    async def _tell_phone(self, request: web.Request) -> web.Response:
        """What the operator's phone is."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _answer(refusal(401, 190, "Invalid OAuth access token"))
        return web.json_response({"id": PHONE_ID, **self.phone})

    async def _tell_where(self, request: web.Request) -> web.Response:
        """Where a file lies that somebody sent."""
        media = request.match_info["media"]
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _answer(refusal(401, 190, "Invalid OAuth access token"))
        if media not in self.files:
            return _answer(refusal(400, 100, "Unsupported get request"))
        url = f"{self.lies_at or self.url.removesuffix('v1')}lookaside/{media}"
        size = self.sizes.get(media, len(self.files[media]))
        return web.json_response({"url": url, "mime_type": "image/jpeg", "file_size": size})

    async def _give(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=404)
        self.given.append(request.match_info["media"])
        return web.Response(body=self.files[request.match_info["media"]])

    def close_connections(self) -> int:
        """Close every connection of the bot; returns how many there were."""
        return close_connections(self._runner)

    def to(self, number: str) -> list[Json]:
        """What somebody got."""
        return [one for one in self.sent if number in (one.get("to"), one.get("recipient"))]

    # --- what Meta posts -------------------------------------------------------------------------

    def says(self, number: str, id: str = "", **content: Any) -> Json:
        """One message of a person: says("62811…", text={"body": "Halo"})."""
        [kind] = content
        return {
            "from": number,
            "id": id or f"wamid.in{next(self.ids)}",
            "timestamp": self.moment(),
            "type": kind,
            **content,
        }

    async def posts(self, *messages: Json, secret: str = SECRET, **tells: Any) -> int:
        """One webhook with these messages (or statuses=[…]); the status it gets."""
        value: Json = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "62800", "phone_number_id": PHONE_ID},
            **tells,
        }
        if messages:
            value["contacts"] = [_contact(message) for message in messages]
            value["messages"] = list(messages)
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        raw = {"object": "whatsapp_business_account", "entry": [entry]}
        return await self.posts_body(raw, secret)

    async def reports(self, id: str, code: int | None = None, status: str = "delivered") -> None:
        """A status of a message of ours: with a code that it failed; else that it arrived."""
        found: Json = {"id": id, "status": status, "recipient_id": "0", "timestamp": self.moment()}
        if code is not None:
            found |= {"status": "failed", "errors": [{"code": code, "title": "?"}]}
        assert await self.posts(statuses=[found]) == 200

    async def posts_body(self, raw: object, secret: str = SECRET) -> int:
        body = json.dumps(raw).encode()
        signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        async with self._session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status

    async def delivers(self, *messages: Json) -> None:
        """The same until it is answered with 200, as Meta does for days, ever more slowly."""
        waits = growing(AGAIN)
        while True:
            try:
                if await self.posts(*messages) == 200:
                    return
            except aiohttp.ClientError:
                pass  # the server is away
            await asyncio.sleep(next(waits))


def _contact(message: Json) -> Json:
    ids = {"wa_id": message.get("from"), "user_id": message.get("from_user_id")}
    return {"profile": {"name": "X"}} | {name: id for name, id in ids.items() if id}


def _answer(answer: tuple[int, Json]) -> web.Response:
    status, body = answer
    return web.json_response(body, status=status)
