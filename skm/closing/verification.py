"""Whether a closed period still matches what was frozen, and how it differs if not."""

from dataclasses import dataclass
from enum import StrEnum

from skm.closing.frozen import Head
from skm.figures.breakdown import Tallies, people
from skm.figures.ikm import Tally
from skm.survey.unsur import Unsur


class Mismatch(StrEnum):
    """What differs from what was closed."""

    SHA256 = "the frozen record was changed: its SHA-256 is another"
    FIGURES = "the frozen figures do not follow from the frozen tallies"
    CHANGED = "a response is not the one that was counted"
    DELETED = "a counted response is missing although it was not withdrawn"
    ARCHIVE = "what its documents print does not add up to the frozen tallies"
    COUNT = "the responses do not add up to the frozen tallies"


@dataclass(frozen=True)
class Difference:
    """`about`: a unit's code or a receipt number, "" for the whole."""

    mismatch: Mismatch
    about: str = ""

    def __str__(self) -> str:
        text = f"{self.mismatch.value}."
        return f"{self.about}: {text}" if self.about else text


@dataclass(frozen=True)
class Verification:
    """The result of checking a closed period, which matches if there are no `differences`.

    `counted`: responses when it was closed. `withdrawn`: those that citizens have since withdrawn
    or corrected. `late`: responses in the period that were not counted then.
    """

    head: Head
    counted: int
    withdrawn: int
    late: int
    differences: tuple[Difference, ...]


def adds_up(frozen: Tallies, recounted: Tallies, withdrawn: int) -> bool:
    """Whether the remaining responses are the frozen ones without those withdrawn.

    What the withdrawn ones said is not known any more, so in that case the numbers must fit and no
    count may have grown.
    """
    if not withdrawn:
        return {v: t for v, t in frozen.items() if t.n} == dict(recounted)
    known = all(
        version in frozen and _within(tally, frozen[version])
        for version, tally in recounted.items()
    )
    return known and people(recounted) + withdrawn == people(frozen)


def _within(part: Tally, whole: Tally) -> bool:
    return all(
        n <= most
        for unsur in Unsur
        for n, most in zip(part.counts[unsur], whole.counts[unsur], strict=True)
    )
