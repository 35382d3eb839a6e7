"""Text as files can hold it: without what no font shows, no XML takes and no archive allows."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

T = TypeVar("T")

_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffc"
    "\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)


def legible(value: T) -> T:
    """The same document, or part of one, with every text in it legible. Bytes stay as they are."""
    made: object = value
    if isinstance(value, str):
        made = _ILLEGIBLE.sub("", value)
    elif isinstance(value, list | tuple):
        made = type(value)(legible(part) for part in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: legible(getattr(value, one.name)) for one in fields(value)}
        made = replace(value, **parts)
    return cast(T, made)
