"""How often somebody may be wrong before they have to wait. `who`: a person, or a network.

What is counted is forgotten bit by bit, so nobody is shut out for good; and what somebody has found
stays open to them, so whoever guesses in an office never keeps out those who scan its QR.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from bot.limiter import Bucket, Rate

T = TypeVar("T")
U = TypeVar("U")

REMEMBERED = 20_000  # of each kind; the ones that are longest ago are forgotten first


class Tries:
    """At most `limit` at once, and as many again in `seconds`. Times are any clock's seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._rate, self._seconds = Rate(limit / seconds, burst=limit), seconds
        self._counted: OrderedDict[str, Bucket] = OrderedDict()

    def may_try(self, who: str, now: float) -> bool:
        bucket = self._counted.get(who)
        if bucket and bucket.empty_at > now + 2 * self._seconds:  # the clock was set back
            del self._counted[who]
            return True
        return bucket is None or not bucket.wait(now)

    def count(self, who: str, now: float) -> None:
        """One more of them."""
        bucket = self._counted.setdefault(who, Bucket(self._rate))
        bucket.book(now)
        _keep(self._counted, who)


class Guesses:
    """Counts the codes that nobody has printed; right ones cost nothing."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._wrong = Tries(limit, seconds)
        self._found: OrderedDict[tuple[str, str], None] = OrderedDict()

    def may_try(self, who: str, code: str, now: float) -> bool:
        """Whether to look this code up for them at all."""
        return (who, code.upper()) in self._found or self._wrong.may_try(who, now)

    def wrong(self, who: str, now: float) -> None:
        self._wrong.count(who, now)

    def right(self, who: str, code: str) -> None:
        """They know it; trying it again is no guess."""
        self._found[who, code.upper()] = None
        _keep(self._found, (who, code.upper()))


def network_of(host: str) -> str:
    """Whom an address counts for: itself, or in IPv6 the /64 that one customer is given."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def _keep(remembered: OrderedDict[T, U], newest: T) -> None:
    remembered.move_to_end(newest)
    if len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
