"""A collector: one way into the survey, for a unit, a layanan and a place."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """Who held the device. Recorded with every response, so that modes can be compared."""

    SELF = "mandiri"
    ASSISTED = "bantuan"
    PAPER = "kertas"


@dataclass(frozen=True)
class Collector:
    """UPP × layanan × place, with the short code that is printed under its QR.

    An empty `layanan` or `place` means the unit as a whole. `ticketed`: a visit ticket is required.
    """

    code: str
    upp: str
    layanan: str = ""
    place: str = ""
    ticketed: bool = False
