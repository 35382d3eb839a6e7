"""What can go wrong between a bot and a messenger, as a test scripts it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.stand.outside import Outside

Answer = tuple[int, dict[str, Any]]


def refusal(status: int, description: str, **parameters: Any) -> Answer:
    """An error as the Bot API words it."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return status, body | ({"parameters": parameters} if parameters else {})


def too_many(seconds: int) -> Answer:
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def blocked() -> Answer:
    return refusal(403, "Forbidden: bot was blocked by the user")


def moved(chat: int) -> Answer:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return refusal(400, text, migrate_to_chat_id=chat)


UNCHANGED = refusal(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message",
)
TOO_OLD = refusal(
    400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
)
OTHER_POLLER = refusal(
    409,
    "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running",
)
WEBHOOK_IS_SET = refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first",
)


@dataclass
class Trouble:
    """Applies to the calls of `method` (to `chat`, if given): after `skip` of them, `times` times.

    `answer` is given instead of the real one; without it the connection breaks, with `hangs` only
    when the trouble is `over`. `accepted`: the call is carried out all the same.
    """

    method: str
    answer: Answer | Outside | None = None
    chat: int | None = None
    skip: int = 0
    times: int = 1
    hangs: bool = False
    accepted: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def applies_to(self, method: str, chat: int | None) -> bool:
        """Whether this call is one of them; counts it."""
        if method != self.method or self.chat not in (None, chat) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


def close_connections(runner: web.AppRunner) -> int:
    """Closes every connection to a stand, also those that wait; returns how many there were."""
    assert runner.server
    open_now = [one.transport for one in runner.server.connections if one.transport]
    for transport in open_now:
        transport.close()
    return len(open_now)


def growing(seconds: float, most: float = 1.0) -> Iterator[float]:
    """How long a messenger waits each time: at first so many seconds, then half as much again."""
    while True:
        yield seconds
        seconds = min(most, seconds * 1.5)
