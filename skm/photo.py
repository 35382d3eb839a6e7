"""A photo that shows what was done, as it is kept: upright and small, nothing else in it."""

import hashlib
import secrets
from dataclasses import dataclass, field

MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True)
class Photo:
    """`content`: a JPEG of `width` × `height` pixels."""

    content: bytes = field(repr=False)
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def new_key() -> str:
    """By which a photo is kept and found: 128 random bits, not to be guessed."""
    return secrets.token_hex(16)
