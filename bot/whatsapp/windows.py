"""Whether an official may be written to: within 24 hours of their last message, says WhatsApp.

After that only an approved template may be sent, which asks the official to open the chat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.whatsapp.ledger import CHANNEL
from skm.store.database.database import Database
from skm.store.officials import deliveries, windows

INVITE_AGAIN = timedelta(days=6)  # after an invitation that was not answered


@dataclass(frozen=True)
class Windows:
    """Chats are named by their WhatsApp id."""

    db: Database
    now: Callable[[], datetime]

    async def open(self, chat: str, formerly: Sequence[str] = ()) -> bool:
        """Records that this chat wrote; returns whether a delivery waited for its official.

        `formerly`: other ids of the chat, under which the official may be stored.
        """

        async def write(conn: AsyncConnection) -> int:
            for known_as in (chat, *formerly):
                official = await windows.record_message(conn, CHANNEL, known_as, self.now())
                if official is not None:
                    return await deliveries.make_due(conn, official, self.now())
            return 0

        return bool(await self.db.write(write))

    async def is_open(self, chat: str) -> bool:
        return await self.db.read(lambda conn: windows.is_open(conn, CHANNEL, chat, self.now()))

    async def close(self, chat: str) -> None:
        """Records that WhatsApp reports the window as closed."""
        await self.db.write(lambda conn: windows.close(conn, CHANNEL, chat))

    async def begin_invitation(self, chat: str) -> bool:
        """Whether an invitation is due; it is recorded before it is sent."""
        now = self.now()
        return await self.db.write(
            lambda conn: windows.begin_invitation(conn, CHANNEL, chat, now, INVITE_AGAIN)
        )

    async def cancel_invitation(self, chat: str) -> None:
        """Records that the invitation was not sent, so that it may be sent again."""
        await self.db.write(lambda conn: windows.cancel_invitation(conn, CHANNEL, chat))
