"""The door that a QR names: its collector, its unit, and the visit ticket if it has one."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.links import payload
from bot.web.guard import Guesses
from skm.upp import Collector, Upp

FindCollector = Callable[[str], Awaitable[tuple[Collector, Upp] | None]]

NAMED = re.compile(r"([0-9A-Za-z]{4,12})(?:-([0-9A-Za-z]{4,12}))?")


@dataclass(frozen=True)
class Door:
    """A collector that was found. `ticket`: the secret part of a visit ticket, "" without one."""

    collector: Collector
    upp: Upp
    ticket: str

    @property
    def payload(self) -> str:
        """CODE or CODE-TICKET."""
        return payload(self.collector.code, self.ticket)

    @property
    def path(self) -> str:
        """The address of its landing page."""
        return f"/s/{self.payload}"

    @property
    def wants_ticket(self) -> bool:
        """Nobody comes in here without a ticket, and none was named."""
        return self.collector.ticketed and not self.ticket


class Doors:
    """Finds doors by what is printed under a QR, and slows those who try codes."""

    def __init__(self, find_collector: FindCollector, guesses: Guesses) -> None:
        self.find_collector, self.guesses = find_collector, guesses

    async def find(self, request: Request, named: str) -> Door | None:
        """The door of CODE or CODE-TICKET in any case; raises 429 for a guesser."""
        host = request.client.host if request.client else ""
        if self.guesses.too_many(host):
            raise HTTPException(429)
        code, ticket = split(named)
        found = await self.find_collector(code) if code else None
        if found is None:
            self.guesses.missed(host)
            return None
        return Door(*found, ticket)


def split(named: str) -> tuple[str, str]:
    """("CODE", "TICKET") of what was typed or scanned; "" for what is not there or no code."""
    shaped = NAMED.fullmatch(named)
    return (shaped[1].upper(), (shaped[2] or "").upper()) if shaped else ("", "")
