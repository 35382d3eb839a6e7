"""The chats of officials, and which digests arrived there."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.whatsapp.wire import OPEN_CHAT
from tests.crash.children import Child
from tests.crash.clients import posted, telegram_settings, whatsapp_settings
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import CloudApiStand, Json
from tests.tools.serving import free_port

DIGEST = "Ringkasan SKM"  # how a digest begins

CountOf = Callable[[int], int]
"""Chat → how many messages of a kind arrived there."""


@dataclass(frozen=True)
class Recipients:
    """`digests`, `invitations` (to open the chat): how many arrived. `settings`: how the server
    reaches the chats. `opens`: press the invitation's button until the server accepts that (True)
    or is dead (False). `reports`: the same for a status which says that the message with this id
    failed. `accepted`: the ids of all messages that were accepted.
    """

    settings: Mapping[str, Any]
    digests: CountOf
    invitations: CountOf
    opens: Callable[[int, Child], Awaitable[bool]]
    reports: Callable[[str, Child], Awaitable[bool]]
    accepted: Callable[[], list[str]]


OpenRecipients = Callable[[Iterable[int]], AbstractAsyncContextManager[Recipients]]
"""Opens the chats with these numbers."""


@dataclass(frozen=True)
class DeliveryChannel:
    """`channel`: its name. `silent`: time since the last message of the officials. `invited`: that
    is so long ago that they are asked to open the chat first."""

    channel: str
    open: OpenRecipients
    silent: timedelta = timedelta(hours=1)
    invited: bool = False


@asynccontextmanager
async def telegram(chats: Iterable[int]) -> AsyncIterator[Recipients]:
    """Telegram: a bot may write at any time to a chat that was started."""
    async with BotApi() as api:
        for chat in chats:
            api.citizen(chat)

        def digests(chat: int) -> int:
            return len(api.made("sendPhoto", chat=chat))

        async def nothing(what: int | str, child: Child) -> bool:
            return True

        yield Recipients(telegram_settings(api), digests, lambda chat: 0, nothing, nothing, list)


@asynccontextmanager
async def whatsapp(chats: Iterable[int]) -> AsyncIterator[Recipients]:
    """WhatsApp: a bot may write for 24 hours after a message; before others comes a template."""
    port = free_port()
    async with CloudApiStand() as meta:
        settings = whatsapp_settings(meta, port) | {"whatsapp_template": "skm_digest"}
        presses = dict[int, Json]()

        def digests(chat: int) -> int:
            return sum(_is_digest(message) for message in meta.to(str(chat)))

        def invitations(chat: int) -> int:
            return sum(message["type"] == "template" for message in meta.to(str(chat)))

        async def opens(chat: int, child: Child) -> bool:
            button = {"payload": OPEN_CHAT, "text": "Buka"}
            press = presses.setdefault(chat, meta.says(str(chat), button=button))

            async def post() -> bool:
                return await meta.posts(press) == 200

            return await posted(post, child)

        async def reports(message: str, child: Child) -> bool:
            failed = {"id": message, "status": "failed", "errors": [{"code": 131000}]}

            async def post() -> bool:
                return await meta.posts(statuses=[failed]) == 200

            return await posted(post, child)

        yield Recipients(settings, digests, invitations, opens, reports, lambda: list(meta.out))


def _is_digest(message: Json) -> bool:
    drawn = message.get("interactive", {})
    return "header" in drawn and drawn["body"]["text"].startswith(DIGEST)


DELIVERY_CHANNELS = {
    "telegram": DeliveryChannel("telegram", telegram),
    "whatsapp": DeliveryChannel("whatsapp", whatsapp),
    "whatsapp-silent": DeliveryChannel("whatsapp", whatsapp, timedelta(days=2), invited=True),
}
