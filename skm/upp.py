"""The service units (UPP) of one government, and the places where their QR codes hang."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Upp:
    """A unit pelayanan publik. `code` is its key; `parent` the code of the unit above it.

    `population` is the number of people served in a year, if known; it gives the sample target.
    """

    code: str
    name: str
    parent: str | None = None
    population: int | None = None


class Mode(StrEnum):
    """Whose hands held the device: recorded with every response, compared, never hidden."""

    SELF = "mandiri"
    ASSISTED = "bantuan"
    PAPER = "kertas"


@dataclass(frozen=True)
class Collector:
    """A way in: UPP × layanan × place, with a short code that is printed under its QR.

    An empty `layanan` or `place` means the unit as a whole. `ticketed`: a visit ticket is needed.
    """

    code: str
    upp: str
    layanan: str = ""
    place: str = ""
    ticketed: bool = False
