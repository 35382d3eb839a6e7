"""Slows down who guesses codes, by person or by network, without locking anybody out.

Attempts are forgotten one by one. A code that was found once stays open to the person or network,
so guesses from an office network do not keep out those who scan its QR.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from bot.messaging.rate_limit import Bucket, Rate

T = TypeVar("T")
U = TypeVar("U")

REMEMBERED = 20_000  # entries of each kind; the oldest are dropped


class AttemptLimit:
    """Allows each `key` `limit` attempts at once, and as many again per `seconds`.

    Times are seconds of any clock, also of one that may be set back.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._rate, self._seconds = Rate(limit / seconds, burst=limit), seconds
        self._counted: OrderedDict[str, Bucket] = OrderedDict()

    def may_try(self, key: str, now: float) -> bool:
        bucket = self._counted.get(key)
        if bucket and bucket.empty_at > now + 2 * self._seconds:  # the clock was set back
            del self._counted[key]
            return True
        return bucket is None or not bucket.wait(now)

    def count(self, key: str, now: float) -> None:
        """Count one attempt."""
        self._counted.setdefault(key, Bucket(self._rate)).book(now)
        _touch(self._counted, key)


class CodeGuesses:
    """Limits the unknown codes that a person or network may try; known ones are not counted."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._unknown = AttemptLimit(limit, seconds)
        self._found: OrderedDict[tuple[str, str], None] = OrderedDict()

    def may_try(self, key: str, code: str, now: float) -> bool:
        """Whether to look this code up for them."""
        return (key, code.upper()) in self._found or self._unknown.may_try(key, now)

    def count_unknown(self, key: str, now: float) -> None:
        self._unknown.count(key, now)

    def remember(self, key: str, code: str) -> None:
        """The code is known; trying it again is always allowed."""
        self._found[key, code.upper()] = None
        _touch(self._found, (key, code.upper()))


def network_of(host: str) -> str:
    """The key of an address: itself, or for IPv6 the /64 that one customer is given."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def _touch(entries: OrderedDict[T, U], newest: T) -> None:
    entries.move_to_end(newest)
    if len(entries) > REMEMBERED:
        entries.popitem(last=False)
