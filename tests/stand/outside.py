"""Answers that a messenger never gives, but that arrive in its place: login pages, half bodies.

`OUTSIDE["HTML"]` is one of them; a stand gives it in place of its own.
"""

import gzip
import json
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Outside:
    """`length`: what the header says, if that is not the body's; the connection then breaks."""

    status: int
    body: bytes
    type: str = "text/html"
    length: int = 0
    encoding: str = ""
    location: str = ""

    async def give(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": self.type, "Content-Length": str(self.length or len(self.body))}
        if self.encoding:
            headers["Content-Encoding"] = self.encoding
        if self.location:
            headers["Location"] = self.location
        answer = web.StreamResponse(status=self.status, headers=headers)
        await answer.prepare(request)
        await answer.write(self.body)
        if self.length and request.transport:
            request.transport.close()
        return answer


def _json(status: int, body: object) -> Outside:
    return Outside(status, json.dumps(body).encode(), "application/json")


PAGE = b"<!doctype html><title>Wi-Fi gratis</title><p>Silakan masuk"

OUTSIDE = {
    "an error with status 200": _json(200, {"error": {"message": "(#131047)", "code": 131047}}),
    "not ok with status 200": _json(200, {"ok": False, "error_code": 403, "description": "No"}),
    "no result": _json(200, {"ok": True}),
    "a null result": _json(200, {"ok": True, "result": None, "messages": None, "id": None}),
    "an empty result": _json(200, {"ok": True, "result": {}, "messages": [], "id": "", "url": ""}),
    "a result of another type": _json(200, {"ok": True, "result": 7, "messages": 7, "id": 7}),
    "null": _json(200, None),
    "a list": _json(200, [{"ok": True}]),
    "a number": _json(200, 200),
    "a string": _json(200, "ok"),
    "nothing": Outside(200, b"", "application/json"),
    "nothing with status 204": Outside(204, b"", "application/json"),
    "a login page": Outside(200, PAGE),
    "a redirect to a login page": Outside(302, PAGE, location="http://127.0.0.1:9/masuk"),
    "half a JSON": Outside(200, b'{"ok": true, "result": [{"upd', "application/json"),
    "half a body": Outside(200, b'{"ok": true, "resu', "application/json", length=4096),
    "no UTF-8": Outside(200, b'{"ok": true, "result": "\xff\xfe"}', "application/json"),
    "a wrong encoding": Outside(200, b'{"ok": true}', "application/json", encoding="gzip"),
    "a deep JSON": Outside(200, b"[" * 100_000, "application/json"),
    "a huge body": Outside(200, gzip.compress(bytes(64 << 20)), encoding="gzip"),
    "a proxy's refusal": Outside(403, PAGE),
    "a proxy's login": Outside(407, PAGE),
    "a page that is not there": Outside(404, PAGE),
    "a bad request without a reason": _json(400, {}),
    "an error that is a list": _json(400, ["Bad Request"]),
    "a wait without an end": _json(
        400, {"ok": False, "description": "Too Many", "parameters": {"retry_after": "soon"}}
    ),
    "a gateway without an answer": Outside(504, PAGE),
    "a server that is away": Outside(503, PAGE),
}
