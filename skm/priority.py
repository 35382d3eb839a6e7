"""What to mend first: the three unsur with the lowest nrr."""

from skm.ikm import Nrr
from skm.unsur import Unsur

PRIORITIES = 3


def priority(nrr: Nrr) -> tuple[Unsur, ...]:
    """The three lowest unsur, lowest first; of equal ones the lower number comes first.

    Nrr are compared exactly, so that what looks equal in print need not be a tie.
    """
    return tuple(sorted(nrr, key=lambda unsur: (nrr[unsur], unsur.number))[:PRIORITIES])
