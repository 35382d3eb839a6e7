"""Keyed pseudonyms of respondents, and codes that cannot be guessed."""

import hmac
import secrets

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which are misread


def pseudonym(key: bytes, channel: str, user: str) -> str:
    """The pseudonym of a channel's user: HMAC-SHA-256 cut to 128 bits, as 32 hex digits.

    Without the key it leads to nobody (UU 27/2022, pseudonymised data).
    """
    return hmac.digest(key, f"{channel}:{user}".encode(), "sha256")[:16].hex()


def new_code(length: int = 8) -> str:
    """A random code of 5 bits a character, for receipts (8) and collectors (6)."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(length))


def new_codes(count: int, length: int) -> list[str]:
    """As many different random codes, sorted."""
    made: set[str] = set()
    while len(made) < count:
        made.add(new_code(length))
    return sorted(made)
