"""Finds the collector of a code in a URL, and slows down a network that guesses codes."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from bot.messaging.code_guesses import AttemptLimit, CodeGuesses, network_of
from bot.messaging.links import payload
from bot.web.survey.slow_down import SlowDown
from skm.instansi.collector import Collector
from skm.instansi.typed_code import typed_codes
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.survey import collectors, tickets

# Many respondents may share one address, so right codes are not limited, and a queue of people who
# begin at the same time does not wait. Beyond these limits requests are slowed down (slow_down.py).
WRONG_CODES, WRONG_SECONDS, GUESSES_AT_ONCE = 120, 600.0, 40
BEGINNINGS, BEGINNING_SECONDS, BEGINNINGS_AT_ONCE = 300, 300.0, 400


@dataclass(frozen=True)
class FoundCollector:
    """A collector with its unit. `ticket`: the secret part of a visit ticket, "" without one."""

    collector: Collector
    upp: Upp
    ticket: str

    @property
    def payload(self) -> str:
        """CODE or CODE-TICKET."""
        return payload(self.collector.code, self.ticket)

    @property
    def path(self) -> str:
        """The path of its landing page."""
        return f"/s/{self.payload}"

    @property
    def needs_ticket(self) -> bool:
        """Whether a visit ticket is required and none was given."""
        return self.collector.ticketed and not self.ticket


class CollectorLookup:
    """Finds collectors by the code printed under a QR. `clock`: seconds that only grow."""

    def __init__(self, db: Database, clock: Callable[[], float]) -> None:
        self.db, self._clock = db, clock
        self._guesses = CodeGuesses(WRONG_CODES, WRONG_SECONDS)
        self._guessing = SlowDown(self._guesses.unknown, GUESSES_AT_ONCE, clock)
        self._beginnings = AttemptLimit(BEGINNINGS, BEGINNING_SECONDS)
        self._beginning = SlowDown(self._beginnings, BEGINNINGS_AT_ONCE, clock)

    async def find(self, request: Request, given: str) -> FoundCollector | None:
        """The collector of a code, however it is typed.

        After too many wrong codes of the network every code waits that it has not found before,
        the right ones too, since an early answer would tell which they are; raises 429 if too many
        wait already.
        """
        network = network_of_request(request)
        found = await self.db.read(lambda conn: _known(conn, given))
        if not self._is_open_to(network, given, found):
            await self._guessing.turn(network)
        if found and await self._is_right(found):
            self._guesses.remember(network, _entry(found, given))
        else:
            self._guesses.count_unknown(network, self._clock())
        return found

    async def _is_right(self, found: FoundCollector) -> bool:
        """Whether the ticket exists. A wrong one counts as a guess here; the survey refuses it."""
        if not (found.collector.ticketed and found.ticket):
            return True
        code, ticket = found.collector.code, found.ticket
        return await self.db.read(lambda conn: tickets.is_known(conn, code, ticket))

    def _is_open_to(self, network: str, given: str, found: FoundCollector | None) -> bool:
        """Whether the network has found this code before; without its ticket, if it needs none."""
        if self._guesses.has_found(network, given):
            return True
        if found is None or found.collector.ticketed:
            return False
        return self._guesses.has_found(network, found.collector.code)

    async def check_tickets(self, request: Request, text: str) -> None:
        """Counts a wrong ticket in a typed text for the network, whatever session it comes with;
        slowed down as in `find`.
        """
        found = await self.db.read(lambda conn: _known(conn, text))
        if found and found.collector.ticketed and found.ticket:
            await self.find(request, found.payload)

    async def begin(self, request: Request, found: FoundCollector) -> None:
        """Counts a survey that begins. Beyond so many of one network at one collector each waits;
        raises 429 if too many wait already.
        """
        key = f"{network_of_request(request)} {found.collector.code}"
        await self._beginning.turn(key)
        self._beginnings.count(key, self._clock())


def _entry(found: FoundCollector, given: str) -> str:
    """What is remembered as found: without tickets the code alone, so that invented ones behind it
    fill no memory.
    """
    return given if found.collector.ticketed else found.collector.code


def network_of_request(request: Request) -> str:
    return network_of(request.client.host if request.client else "")


async def _known(conn: AsyncConnection, given: str) -> FoundCollector | None:
    for code, ticket in typed_codes(given):
        pair = await collectors.by_code(conn, code)
        if pair:
            return FoundCollector(*pair, ticket)
    return None
