"""The door that a QR names: its collector, its unit, and the visit ticket if it has one."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.guesses import Guesses, Tries, network_of
from bot.links import payload
from skm.upp import Collector, Upp

FindCollector = Callable[[str], Awaitable[tuple[Collector, Upp] | None]]
KnowsTicket = Callable[[str, str], Awaitable[bool]]

# A whole office may stand behind one address: what is right costs nothing, and a queue of people
# who begin at the same time is let in.
WRONG, WRONG_SECONDS = 120, 600.0
BEGUN, BEGUN_SECONDS = 300, 300.0
AGAIN = {"Retry-After": "10"}  # seconds

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
    """Finds doors by what is printed under a QR, and slows those who try codes.

    `clock`: seconds that only grow.
    """

    def __init__(
        self,
        find_collector: FindCollector,
        knows_ticket: KnowsTicket,
        clock: Callable[[], float],
    ) -> None:
        self.find_collector, self.knows_ticket = find_collector, knows_ticket
        self._clock = clock
        self._guesses = Guesses(WRONG, WRONG_SECONDS)
        self._begun = Tries(BEGUN, BEGUN_SECONDS)

    async def find(self, request: Request, named: str) -> Door | None:
        """The door of CODE or CODE-TICKET in any case; raises 429 for a guesser."""
        network = _network(request)
        if not self._guesses.may_try(network, named, self._clock()):
            raise HTTPException(429, headers=AGAIN)
        code, ticket = split(named)
        found = await self.find_collector(code) if code else None
        door = Door(*found, ticket) if found else None
        if door and await self._is_right(door):
            self._guesses.right(network, named)
        else:
            self._guesses.wrong(network, self._clock())
        return door

    async def _is_right(self, door: Door) -> bool:
        """What is wrong with a ticket is told by the conversation; here it only counts."""
        if not (door.collector.ticketed and door.ticket):
            return True
        return await self.knows_ticket(door.collector.code, door.ticket)

    def begin(self, request: Request) -> None:
        """One more survey from here; raises 429 for a machine that makes them."""
        network, now = _network(request), self._clock()
        if not self._begun.may_try(network, now):
            raise HTTPException(429, headers=AGAIN)
        self._begun.count(network, now)


def _network(request: Request) -> str:
    return network_of(request.client.host if request.client else "")


def split(named: str) -> tuple[str, str]:
    """("CODE", "TICKET") of what was typed or scanned; "" for what is not there or no code."""
    shaped = NAMED.fullmatch(named)
    return (shaped[1].upper(), (shaped[2] or "").upper()) if shaped else ("", "")
