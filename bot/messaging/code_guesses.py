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

REMEMBERED = 20_000  # persons or networks; the ones not seen for longest are dropped
FOUND = 500  # codes that are remembered of each
DEBT = 1.2  # times `seconds`: how far ahead attempts beyond the limit are counted


class AttemptLimit:
    """Allows each `key` `limit` attempts at once, and as many again per `seconds`.

    Times are seconds of any clock, also of one that may be set back.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._rate, self._seconds = Rate(limit / seconds, burst=limit), seconds
        self._counted: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Seconds until the key may try again; 0 if it may now."""
        bucket = self._counted.get(key)
        if bucket and bucket.empty_at > now + 2 * self._seconds:  # the clock was set back
            del self._counted[key]
            return 0.0
        return bucket.wait(now) if bucket else 0.0

    def may_try(self, key: str, now: float) -> bool:
        return not self.wait(key, now)

    def count(self, key: str, now: float) -> None:
        """Count one attempt. However many are made beyond the limit, soon after the last one the
        key may try again.
        """
        bucket = self._counted.setdefault(key, Bucket(self._rate))
        bucket.book(now)
        bucket.empty_at = min(bucket.empty_at, now + DEBT * self._seconds)
        _touch(self._counted, key, REMEMBERED)


class CodeGuesses:
    """Limits the unknown codes that a person or network may try; known ones are not counted.

    `unknown`: counts the unknown ones of each key.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self.unknown = AttemptLimit(limit, seconds)
        self._found: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def may_try(self, key: str, code: str, now: float) -> bool:
        """Whether to look this code up for them."""
        return self.has_found(key, code) or self.unknown.may_try(key, now)

    def has_found(self, key: str, code: str) -> bool:
        """Whether they have tried this code before and it was right."""
        return code.upper() in self._found.get(key, ())

    def count_unknown(self, key: str, now: float) -> None:
        self.unknown.count(key, now)

    def remember(self, key: str, code: str) -> None:
        """The code is known; trying it again is always allowed."""
        found = self._found.setdefault(key, OrderedDict())
        found[code.upper()] = None
        _touch(found, code.upper(), FOUND)
        _touch(self._found, key, REMEMBERED)


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


def _touch(entries: OrderedDict[T, U], newest: T, most: int) -> None:
    entries.move_to_end(newest)
    if len(entries) > most:
        entries.popitem(last=False)
