"""A citizen with WhatsApp: `await phone.scans("K7Q2M9")`, `await phone.taps("Baik")`.

Each of them waits until the bot has said something, as a person would. Typing a label that has no
row is what a person does too, so `taps` does that.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from tests.stand.citizen import Silence
from tests.stand.whatsapp import CloudApiStand, Json

GREETING = "Halo, saya mau mengisi survei Puskesmas Pajang. Kode:"


@dataclass
class Phone:
    """One person; `patience`: seconds until they take it for silence.

    `scoped`: the business-scoped user id that Meta names beside the number, or (`hides`) alone.
    """

    api: CloudApiStand
    number: str
    patience: float = 60
    scoped: str = ""
    hides: bool = False

    @property
    def known_as(self) -> str:
        """The id that replies are sent to."""
        return self.scoped or self.number

    async def scans(self, code: str) -> "Phone":
        """Follow the link and send the message that it has prepared."""
        return await self.types(f"{GREETING} {code}")

    async def types(self, text: str) -> "Phone":
        return await self._does(text={"body": text})

    async def sends_photo(self, content: bytes, caption: str = "") -> "Phone":
        media = f"9{len(self.api.files)}"
        self.api.files[media] = content
        said = {"caption": caption} if caption else {}
        return await self._does(image={"id": media, "mime_type": "image/jpeg", **said})

    async def taps(self, label: str) -> "Phone":
        if label not in self.labels:
            return await self.types(label)
        return await self.taps_at(self.labels.index(label))

    async def taps_at(self, position: int) -> "Phone":
        """Choose the button or row at this place of the newest message."""
        return await self.presses(self.ids[position], self.labels[position])

    async def presses(self, data: str, label: str = "?") -> "Phone":
        kind = "button_reply" if self.asked.get("type") == "button" else "list_reply"
        return await self._does(interactive={"type": kind, kind: {"id": data, "title": label}})

    async def fills_in(self, **given: str) -> "Phone":
        """Send the newest form with these answers."""
        parameters = self.asked["action"]["parameters"]
        reply = json.dumps({"flow_token": parameters["flow_token"], **given})
        return await self._does(
            interactive={"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": reply}}
        )

    def says(self, **content: Any) -> Json:
        """A message of this person as Meta posts it."""
        said = self.api.says(self.number, **content)
        if self.scoped:
            said["from_user_id"] = self.scoped
        if self.hides:
            del said["from"]
        return said

    async def sends(self, **content: Any) -> "Phone":
        """Send anything: `await phone.sends(poll={…})`."""
        return await self._does(**content)

    async def _does(self, **content: Any) -> "Phone":
        """Meta delivers it until it is taken; then the person waits for what comes."""
        news = self.api.news.setdefault(self.known_as, asyncio.Event())
        news.clear()
        await self.api.delivers(self.says(**content))
        try:
            await asyncio.wait_for(news.wait(), self.patience)
        except TimeoutError:
            raise Silence("the bot says nothing") from None
        return self

    # --- sees ------------------------------------------------------------------------------------

    @property
    def got(self) -> list[Json]:
        ids = {self.number, self.scoped}
        return [one for one in self.api.sent if ids & {one.get("to"), one.get("recipient")}]

    @property
    def asked(self) -> Json:
        """The newest message's buttons, list or form."""
        found: Json = self.got[-1].get("interactive", {})
        return found

    @property
    def sees(self) -> str:
        said: str = (
            self.asked["body"]["text"] if self.asked else self.got[-1].get("text", {}).get("body")
        )
        return said

    @property
    def choices(self) -> list[Json]:
        action = self.asked.get("action", {})
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        return rows or [button["reply"] for button in action.get("buttons", [])]

    @property
    def labels(self) -> list[str]:
        return [choice["title"] for choice in self.choices]

    @property
    def ids(self) -> list[str]:
        return [choice["id"] for choice in self.choices]
