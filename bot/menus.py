"""The menus of commands: everybody's, and for each official those of their role.

A convenience: where a channel does not take a menu, what may be typed stays the same.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.ask import Desk
from bot.channel import SendError
from bot.commands import menu
from bot.message import Address
from skm.official import Official
from skm.store import officials

log = logging.getLogger(__name__)


class Shows(Protocol):
    """A channel that has menus."""

    name: str

    async def set_commands(
        self, commands: Iterable[tuple[str, str]], language: str = "", chat: str | None = None
    ) -> None: ...


@dataclass(frozen=True)
class Menus:
    """Keeps the menus of one channel. `language`: that of whoever speaks none of ours."""

    channel: Shows
    language: str

    async def show(self, desk: Desk, address: Address, official: Official | None) -> None:
        """The menu of one chat; without an official, that of citizens."""
        if address.channel == self.channel.name:
            language = official.language if official else self.language
            await self._set(desk, official, language, chat=address.chat)

    async def announce(self, desk: Desk) -> None:
        """All menus, as they are in this version."""
        await self._set(desk, None, self.language)
        for language in desk.catalog.languages:
            await self._set(desk, None, language, scope=language)
        for official in await desk.db.read(officials.listed):
            address = Address(official.channel, official.address, official.address)
            await self.show(desk, address, official)

    async def _set(
        self,
        desk: Desk,
        official: Official | None,
        language: str,
        scope: str = "",
        chat: str | None = None,
    ) -> None:
        commands = menu(desk.catalog, official, language).items()
        try:
            await self.channel.set_commands(commands, scope, chat)
        except SendError as error:
            log.info("a menu was not taken: %s", error)
