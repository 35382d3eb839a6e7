"""The people whom a unit served in a period, as its own records count them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skm.instansi.period import Period


@dataclass(frozen=True)
class Users:
    """Of a unit with everything below it. `total`: people, None where only groups were counted.
    `profile`: field of the profile → option → people.
    """

    upp: str
    period: Period
    total: int | None = None
    profile: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
