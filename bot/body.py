"""What is posted to us: never more of it in memory than an honest one has, and not for ever."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 30.0  # in which a body must be here: a comment over the worst line needs a few


class BodyLimit:
    """Stops reading at `limit` bytes (413) and after `seconds` (408).

    Whatever the request says of its length, only what has come counts. Whoever asks for the body
    gets the HTTPException; nobody waits for a body that is not asked for.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float = SECONDS) -> None:
        self.app, self.limit, self.seconds = app, limit, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left, complete = self.limit, False
        until = asyncio.get_running_loop().time() + self.seconds

        async def receive_within() -> Message:
            nonlocal left, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            left -= len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if left < 0:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within, send)
