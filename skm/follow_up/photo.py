"""A photo that shows what was done, as it is stored: upright, small, without metadata."""

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
    """A random key for a photo, 128 bits as hex: the key is all that is needed to see the photo."""
    return secrets.token_hex(16)
