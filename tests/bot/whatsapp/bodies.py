"""Webhook bodies by name, from the folder bodies/."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "bodies"
PHONE_ID = "106540352242922"
SRI = "ID.13491208655302741918"  # as her business-scoped user id
NUMBER = "6281234567890"


def body(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def text_of(name: str) -> bytes:
    """The bytes as they are posted."""
    return (FOLDER / f"{name}.json").read_bytes()
