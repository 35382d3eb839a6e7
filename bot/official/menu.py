"""The command menus of chats: the citizens' menu, and for each official the commands of their role.

A menu is a convenience: where a channel has none or refuses it, every command can still be typed.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.messaging.catalog import Catalog
from bot.messaging.channel import Channel, SendError
from bot.messaging.message import Address, Outbound
from bot.official.commands import offered
from skm.instansi.official import Official

log = logging.getLogger(__name__)


@runtime_checkable
class HasMenu(Protocol):
    """A channel that shows a menu of commands."""

    async def set_commands(
        self, commands: Iterable[tuple[str, str]], language: str = "", chat: str | None = None
    ) -> None:
        """Set the menu of a chat, or of all chats in a language ("": all others)."""


@dataclass(frozen=True)
class Menus:
    """Sets the menus of all channels that have one. `language`: the default one."""

    channels: Mapping[str, Channel]
    catalog: Catalog
    language: str

    async def show(self, address: Address, official: Official | None) -> None:
        """Set the menu of one chat; without an official, to that of citizens."""
        channel = self.channels.get(address.channel)
        if isinstance(channel, HasMenu):
            language = official.language if official else self.language
            await self._set(channel, official, language, chat=address.chat)

    async def tell(self, address: Address, outbound: Outbound) -> None:
        """Send a message to a former official; if that fails it is only logged,
        because their address is not kept.
        """
        channel = self.channels.get(address.channel)
        if channel is None:
            return
        try:
            await channel.send(address, outbound)
        except SendError as error:
            log.info("A removed official could not be notified: %s", error)

    async def announce(self, officials: Iterable[Official]) -> None:
        """Set all menus to what this version offers."""
        for channel in self.channels.values():
            if isinstance(channel, HasMenu):
                await self._set(channel, None, self.language)
                for language in self.catalog.languages:
                    await self._set(channel, None, language, scope=language)
        for official in officials:
            address = Address(official.channel, official.address, official.address)
            await self.show(address, official)

    async def _set(
        self,
        channel: HasMenu,
        official: Official | None,
        language: str,
        scope: str = "",
        chat: str | None = None,
    ) -> None:
        commands = [
            (command.name, self.catalog.say(language, f"command.{command.name}"))
            for command in offered(official)
        ]
        try:
            await channel.set_commands(commands, scope, chat)
        except SendError as error:
            log.info("A menu was refused: %s", error)
