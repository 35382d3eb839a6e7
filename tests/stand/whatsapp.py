"""WhatsApp's Cloud API on loopback: takes what we send, and posts signed webhooks as Meta does."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import aiohttp
from aiohttp import web

PHONE_ID = "106540352242922"
SECRET = "the-apps-secret"
VERIFY = "a-word-of-ours"


@dataclass
class CloudApiStand:
    """`sent`: every message we handed over, by the number it goes to."""

    webhook: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    trouble: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=count)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.post(f"/v1/{PHONE_ID}/messages", self._take)])
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

    async def _take(self, request: web.Request) -> web.Response:
        if self.trouble:
            status, answer = self.trouble.pop(0)
            return web.json_response(answer, status=status)
        message = await request.json()
        self.sent.append(message)
        return web.json_response({"messages": [{"id": f"wamid.out{next(self.ids)}"}]})

    def to(self, number: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message.get("to") == number]

    # --- what Meta posts -------------------------------------------------------------------------

    def says(self, number: str, id: str = "", **content: Any) -> dict[str, Any]:
        """One message of a person: says("62811…", text={"body": "Halo"})."""
        [kind] = content
        message = {
            "from": number,
            "id": id or f"wamid.in{next(self.ids)}",
            "timestamp": "1795400100",
            "type": kind,
            **content,
        }
        return message

    async def posts(self, *messages: dict[str, Any], secret: str = SECRET) -> int:
        """One webhook with these messages; the status it gets."""
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "62800", "phone_number_id": PHONE_ID},
            "contacts": [{"wa_id": m["from"], "profile": {"name": "X"}} for m in messages],
            "messages": list(messages),
        }
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        async with self._session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status
