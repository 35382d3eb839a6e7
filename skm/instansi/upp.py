"""The service units (UPP) of one government."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Upp:
    """A unit pelayanan publik. `code` is its key, `parent` the code of the unit above it.

    `population`: people served in a year by the unit and all units below, None if unknown; the
    sample target follows from it.
    """

    code: str
    name: str
    parent: str | None = None
    population: int | None = None
