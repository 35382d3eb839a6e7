"""Keyed pseudonyms of respondents, and codes that cannot be guessed."""

import hmac
import secrets

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which are misread


def pseudonym(key: bytes, channel: str, user: str) -> str:
    """The pseudonym of a channel's user: HMAC-SHA-256 cut to 128 bits, as 32 hex digits.

    Without the key it leads to nobody (UU 27/2022, pseudonymised data).
    """
    return hmac.digest(key, f"{channel}:{user}".encode(), "sha256")[:16].hex()


def network_code(key: bytes, salt: str, network: str) -> str:
    """The code of a network on the day of this salt: HMAC-SHA-256 cut to 64 bits, as 16 hex digits.

    Without the salt, which is deleted with the day, it leads to no network, also with the key.
    """
    return hmac.digest(key, f"{salt}:{network}".encode(), "sha256")[:8].hex()


def new_salt() -> str:
    """128 random bits, as 32 hex digits."""
    return secrets.token_hex(16)


def new_code(length: int = 8) -> str:
    """A random code of 5 bits a character, for receipts (8) and collectors (6)."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(length))


def new_codes(count: int, length: int) -> list[str]:
    """As many different random codes, sorted."""
    made: set[str] = set()
    while len(made) < count:
        made.add(new_code(length))
    return sorted(made)
