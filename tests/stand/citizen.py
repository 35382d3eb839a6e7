"""A citizen with a phone: `await citizen.scans("K7Q2M9")`, `await citizen.taps("Baik")`.

Each of them waits until the bot has said or shown something, as a person would.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from tests.stand.calls import Chat, Message

if TYPE_CHECKING:
    from tests.stand.telegram import BotApi


class Silence(AssertionError):
    """The bot said nothing for as long as this person waits."""


class Citizen:
    """One person in one chat: their own with the bot, or a group's (`group` is its number).

    `topic`: the number of the topic that they write in.
    """

    def __init__(
        self,
        api: "BotApi",
        id: int,
        *,
        language: str = "id",
        group: int = 0,
        topic: int = 0,
        patience: float = 60,
    ) -> None:
        self.api, self.id, self.language, self.patience = api, id, language, patience
        self.topic = topic
        self.chat: Chat = api.chats.setdefault(
            group or id, Chat(group or id, "group" if group else "private")
        )
        self.taps_made = 0

    # --- does ------------------------------------------------------------------------------------

    async def scans(self, code: str = "", *, wait: bool = True) -> "Citizen":
        """Follow a deep link and press Start."""
        return await self.types(f"/start {code}".strip(), wait=wait)

    async def types(self, text: str, *, wait: bool = True) -> "Citizen":
        return await self._does({"message": self._message(text=text)}, wait)

    async def sends(self, *, wait: bool = True, **content: Any) -> "Citizen":
        """Send something else than text: `await citizen.sends(photo=[…])`."""
        return await self._does({"message": self._message(**content)}, wait)

    async def sends_photo(self, content: bytes, caption: str = "", *, wait: bool = True
                          ) -> "Citizen":  # fmt: skip
        """A photo in two sizes, of which the small one is no picture at all."""
        thumbnail = {**self.api.keeps(b"small"), "width": 90, "height": 60}
        whole = {**self.api.keeps(content), "width": 1280, "height": 960}
        said = {"caption": caption} if caption else {}
        return await self.sends(photo=[thumbnail, whole], wait=wait, **said)

    async def taps(self, label: str, *, wait: bool = True) -> "Citizen":
        """Press the button of this label on the newest screen."""
        found = [
            b for row in self.screen.rows for b in row if b["text"].removeprefix("✓ ") == label
        ]
        assert found, f"no button {label!r} among {self.screen.labels}"
        return await self.presses(found[0]["callback_data"], wait=wait)

    async def taps_at(self, position: int, *, wait: bool = True) -> "Citizen":
        """Press the button at this place of the newest screen, whatever it says."""
        buttons = [button for row in self.screen.rows for button in row]
        return await self.presses(buttons[position]["callback_data"], wait=wait)

    async def presses(self, data: str, *, wait: bool = True, message: int = 0) -> "Citizen":
        """Press a button with this data, real or forged; `message` -1: Telegram has it no more."""
        self.taps_made += 1
        press = f"{self.id}{time.monotonic_ns()}"
        self.api.presses.add(press)
        query = {
            "id": press,
            "from": self._who(),
            "chat_instance": "1",
            "data": data,
            **({} if message < 0 else {"message": self._bots_message(message or self.chat.newest)}),
        }
        return await self._does({"callback_query": query}, wait)

    # --- sees ------------------------------------------------------------------------------------

    @property
    def screen(self) -> "Message":
        assert self.chat.newest, "the bot has said nothing yet"
        return self.chat.messages[self.chat.newest]

    @property
    def sees(self) -> str:
        return self.screen.text

    @property
    def buttons(self) -> str:
        """The newest keyboard, a line a row."""
        return "\n".join(
            " ".join(f"[{button['text']}]" for button in row) for row in self.screen.rows
        )

    def calls(self) -> int:
        """How many API calls the bot made for this person."""
        mine = f"{self.id}"
        return sum(
            call.chat == self.chat.id or call.params.get("callback_query_id", "").startswith(mine)
            for call in self.api.made()
        )

    # --- how -------------------------------------------------------------------------------------

    async def _does(self, update: dict[str, Any], wait: bool) -> "Citizen":
        self.chat.news.clear()
        self.api.deliver(update)
        if wait:
            await self.waits()
        return self

    async def waits(self) -> None:
        """Until the bot says or shows something."""
        try:
            await asyncio.wait_for(self.chat.news.wait(), self.patience)
        except TimeoutError:
            raise Silence("the bot says nothing") from None

    def _who(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": "Warga",
            "language_code": self.language,
        }

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": self.api.next_message(),
            "date": int(time.time()),
            "from": self._who(),
            "chat": {"id": self.chat.id, "type": self.chat.kind},
            **({"message_thread_id": self.topic, "is_topic_message": True} if self.topic else {}),
            **content,
        }

    def _bots_message(self, id: int) -> dict[str, Any]:
        chat = {"id": self.chat.id, "type": self.chat.kind}
        message = self.chat.messages.get(id)
        text = message.text if message else ""
        return {"message_id": id, "date": int(time.time()), "chat": chat, "text": text}
