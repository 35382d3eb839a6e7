"""The ways out: who carries digests to officials, and what arrived there."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.whatsapp.wire import OPEN
from tests.crash.victim import Life
from tests.crash.ways import posted, telegram_settings, whatsapp_settings
from tests.serving import free_port
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import CloudApiStand, Json

DIGEST = "Ringkasan SKM"  # how a digest begins

Many = Callable[[int], int]
"""How many of them somebody got, by the number of their chat."""


@dataclass(frozen=True)
class Post:
    """`digests`, `invitations` to open the chat: how many arrived. `settings`: how a server reaches
    it. `opens`: somebody presses the invitation's button until that is taken, or its taker dead.
    """

    settings: Mapping[str, Any]
    digests: Many
    invitations: Many
    opens: Callable[[int, Life], Awaitable[bool]]


PostOf = Callable[[Iterable[int]], AbstractAsyncContextManager[Post]]
"""For those with these chats."""


@dataclass(frozen=True)
class WayOut:
    """`channel`: its name. `silent`: for how long officials have not written to us there, who are
    `invited` to do so if that is too long."""

    channel: str
    post: PostOf
    silent: timedelta = timedelta(hours=1)
    invited: bool = False


@asynccontextmanager
async def telegram(chats: Iterable[int]) -> AsyncIterator[Post]:
    """One may write to everybody who has begun once."""
    async with BotApi() as api:
        for chat in chats:
            api.citizen(chat)

        def digests(chat: int) -> int:
            return len(api.made("sendPhoto", chat=chat))

        async def opens(chat: int, life: Life) -> bool:
            return True

        yield Post(telegram_settings(api), digests, lambda chat: 0, opens)


@asynccontextmanager
async def whatsapp(chats: Iterable[int]) -> AsyncIterator[Post]:
    """One may write for a day to those who have written; others are asked to."""
    port = free_port()
    async with CloudApiStand() as meta:
        settings = whatsapp_settings(meta, port) | {"whatsapp_template": "skm_digest"}
        presses = dict[int, Json]()

        def digests(chat: int) -> int:
            return sum(_is_digest(message) for message in meta.to(str(chat)))

        def invitations(chat: int) -> int:
            return sum(message["type"] == "template" for message in meta.to(str(chat)))

        async def opens(chat: int, life: Life) -> bool:
            button = {"payload": OPEN, "text": "Buka"}
            press = presses.setdefault(chat, meta.says(str(chat), button=button))

            async def post() -> bool:
                return await meta.posts(press) == 200

            return await posted(post, life)

        yield Post(settings, digests, invitations, opens)


def _is_digest(message: Json) -> bool:
    drawn = message.get("interactive", {})
    return "header" in drawn and drawn["body"]["text"].startswith(DIGEST)


WAYS_OUT = {
    "telegram": WayOut("telegram", telegram),
    "whatsapp": WayOut("whatsapp", whatsapp),
    "whatsapp-silent": WayOut("whatsapp", whatsapp, timedelta(days=2), invited=True),
}
