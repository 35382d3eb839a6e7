"""A message that could not be read or processed: its structure without its content."""

import json
from dataclasses import dataclass
from datetime import datetime

DEEPEST, WIDEST, LONGEST = 12, 40, 2000  # levels, entries of one, characters of a shape
NAME = 40  # characters of a key; a longer one is no field's name


@dataclass(frozen=True)
class UnreadableMessage:
    """`message_id`: the channel's id of it, or a digest of that. `reason`: a type or a field, never
    its content. `shape`: see `shape_of`.
    """

    channel: str
    message_id: str
    reason: str
    shape: str


@dataclass(frozen=True)
class UnreadableRecord:
    """A stored message and when it arrived."""

    message: UnreadableMessage
    at: datetime


def shape_of(raw: object) -> str:
    """The structure of a JSON value: names, nesting, types and lengths, without its content.

    >>> shape_of({"text": "Ramah", "id": 7001, "ok": True})
    '{"text": "str 5", "id": "int 4", "ok": "bool"}'
    """
    return json.dumps(_shape(raw, 0), ensure_ascii=False)[:LONGEST]


def _shape(raw: object, depth: int) -> object:
    if isinstance(raw, dict):
        if depth == DEEPEST:
            return f"dict {len(raw)}"
        shown = list(raw.items())[:WIDEST]
        return {_name(key): _shape(value, depth + 1) for key, value in shown}
    if isinstance(raw, list):
        if depth == DEEPEST:
            return f"list {len(raw)}"
        return [_shape(value, depth + 1) for value in raw[:WIDEST]]
    if raw is None or isinstance(raw, bool):
        return type(raw).__name__
    if isinstance(raw, str | bytes):
        return f"{type(raw).__name__} {len(raw)}"
    return f"{type(raw).__name__} {_digits(raw)}"


def _digits(raw: object) -> int:
    """A number can be longer than Python prints."""
    return len(str(raw)) if not isinstance(raw, int) else int(raw.bit_length() * 0.30103) + 1


def _name(key: object) -> str:
    name = str(key)
    return name if len(name) <= NAME and name.isidentifier() else f"a name of {len(name)}"
