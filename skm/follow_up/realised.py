"""Which share of the follow-ups has been done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from skm.figures.ikm import places, rounded
from skm.figures.priority import PRIORITIES
from skm.follow_up.tindak_lanjut import TindakLanjut


def realised(items: Sequence[TindakLanjut]) -> Decimal | None:
    """The share done of a UPP's follow-ups of a period, in %; None if there are none."""
    return share(sum(item.done is not None for item in items), len(items)) if items else None


def shares(by_unit: Mapping[str, Sequence[TindakLanjut]]) -> dict[str, Decimal]:
    """Unit code → the share done, in %. 0 % for a unit that planned nothing; empty where no unit
    planned anything, because then the plans are kept elsewhere.
    """
    if not any(item.plan for items in by_unit.values() for item in items):
        return {}
    found = {code: realised(items) for code, items in by_unit.items()}
    return {code: share for code, share in found.items() if share is not None}


def share(done: int, planned: int = PRIORITIES, decimals: int = 2) -> Decimal:
    """100 × done / planned, rounded: 100.00, 66.67, 33.33 or 0.00 of three."""
    return rounded(Fraction(100 * done, planned), decimals)


def spoken(share: Decimal) -> Decimal | int:
    """The share as it stands in a sentence: 100 where tables print 100.00."""
    return int(share) if share == share.to_integral_value() else share


def done_of(printed: Decimal) -> int | None:
    """How many of three follow-ups a printed share means (66.67, 66.7 and 67 mean two); None if it
    is the rounded share of no number of them.
    """
    thirds = range(PRIORITIES + 1)
    return next((done for done in thirds if share(done, decimals=places(printed)) == printed), None)


def counts(printed: Iterable[Decimal]) -> dict[Decimal, int]:
    """Printed share → how many UPP have it, for 100.00, 66.67, 33.33 and 0.00 % in this order."""
    done = Counter(map(done_of, printed))
    return {share(of_three): done[of_three] for of_three in reversed(range(PRIORITIES + 1))}
