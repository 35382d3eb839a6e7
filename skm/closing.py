"""Closing a period: its figures are frozen, with their method and a SHA-256 over all of it.

What was counted is sealed response by response, each under a salt of its own. A citizen who takes
an answer back takes the salt with it: the seal stays and tells nothing, the frozen figures stay
as they were published, and a later check counts the answer as withdrawn, not as forged.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from skm.breakdown import Tallies, plain_tallies, tallies_of
from skm.disclosure import K
from skm.errors import SkmError
from skm.ikm import EQUAL, Tally, rounded
from skm.period import MONTHS, Period
from skm.report import EVERYTHING, InstansiReport, Json, Report
from skm.unsur import Unsur


class Refusal(StrEnum):
    """Why a period cannot be closed, and what to do instead."""

    RUNNING = "it is not over: close it when its last day has passed"
    KIND = "close a month, a quarter, a semester or a year"
    EMPTY = "nobody answered in it: there is nothing to close"
    CLOSED = "it is closed already: `skm verify` checks it"
    NOT_CLOSED = "it is not closed: there is nothing to verify"


class ClosingError(SkmError):
    """A period that cannot be closed or checked; `refusal` is the key for people's screens."""

    def __init__(self, period: Period, refusal: Refusal) -> None:
        self.period, self.refusal = period, refusal
        super().__init__(f"{period}: {refusal.value}.")


def check_can_close(period: Period, today: date) -> None:
    """Raises ClosingError for a period that is not over, or too short to be published."""
    if period.kind not in MONTHS:
        raise ClosingError(period, Refusal.KIND)
    if period.end > today:
        raise ClosingError(period, Refusal.RUNNING)


# --- what is frozen ------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenUnit:
    """A unit as it was: `own` its own responses, `tallies` with everything below it."""

    code: str
    name: str
    parent: str | None
    population: int | None
    own: Tallies
    tallies: Tallies

    def report(self, period: Period) -> Report:
        return Report.of(self.code, period, self.tallies, self.population)

    def own_report(self, period: Period) -> Report:
        return Report.of(self.code, period, self.own, self.population)

    def content(self, period: Period) -> str:
        """Canonical JSON: the tallies, and the figures that followed from them that day."""
        return canonical(
            {
                "code": self.code,
                "name": self.name,
                "parent": self.parent,
                "population": self.population,
                "own": plain_tallies(self.own),
                "tallies": plain_tallies(self.tallies),
                "figures": self.report(period).as_json(),
            }
        )

    @classmethod
    def parse(cls, content: str) -> "FrozenUnit":
        plain = json.loads(content)
        own, tallies = (tallies_of(plain[key]) for key in ("own", "tallies"))
        return cls(plain["code"], plain["name"], plain["parent"], plain["population"], own, tallies)


@dataclass(frozen=True)
class Head:
    """What is written at the top of a closing. `closed_by`: the official, None for an operator.

    `gabungan`: the tallies of all respondents pooled. `sha256`: over all of its lines, as hex.
    """

    period: Period
    closed_at: datetime
    closed_by: int | None
    content: str
    sha256: str

    @property
    def gabungan(self) -> Tallies:
        return tallies_of(json.loads(self.content)["gabungan"])

    @property
    def method(self) -> Json:
        """How the figures were made: instruments, weights, city method."""
        found: Json = json.loads(self.content)["method"]
        return found


def head_content(
    period: Period, closed_at: datetime, gabungan: Tallies, units: Sequence[FrozenUnit]
) -> str:
    """Canonical JSON: the method, the pooled tallies, and the instansi's figures in both ways."""
    return canonical(
        {
            "period": str(period),
            "closed_at": closed_at.isoformat(),
            "method": {
                "instruments": list(gabungan),
                "bobot": {unsur: str(weight) for unsur, weight in EQUAL.items()},
                "ikm": "25 x sum(bobot x nrr), rounded half-up once to 2 decimals",
                "instansi": ["ikm_rerata_upp", "ikm_gabungan"],
            },
            "gabungan": plain_tallies(gabungan),
            "figures": instansi(period, gabungan, units).as_json(),
        }
    )


def instansi(period: Period, gabungan: Tallies, units: Sequence[FrozenUnit]) -> InstansiReport:
    """The whole instansi as it was frozen."""
    pooled = Report.of(EVERYTHING, period, gabungan)
    return InstansiReport(pooled, [unit.own_report(period) for unit in units])


def seal(salt: str, *counted: str) -> str:
    """The seal of a response: SHA-256 as hex over its salt and what of it is counted."""
    return hashlib.sha256(canonical([salt, *counted]).encode()).hexdigest()


def sha256_of(contents: Iterable[str], archives: Iterable[str], seals: Iterable[str]) -> str:
    """Over the lines of a closing: its contents (the head, its units by code), its archives in the
    same order (none in the first closings), its seals in their order.
    """
    whole = hashlib.sha256()
    for line in (*contents, *archives, *sorted(seals)):
        whole.update(line.encode() + b"\n")
    return whole.hexdigest()


def canonical(plain: object) -> str:
    """JSON in the one way that is hashed: no spaces, keys as they come, letters as they are."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Revision:
    """What has come in since a period was closed: `late` responses, and the index with them."""

    closed_at: datetime
    late: int
    ikm: Decimal | None

    @property
    def may_be_told(self) -> bool:
        """Fewer than five late ones would follow from the two figures."""
        return self.late >= K and self.ikm is not None

    @property
    def at_least(self) -> int:
        """How many came late, in steps of five: whoever asks again sees no single one come."""
        return self.late - self.late % K

    @property
    def about(self) -> Decimal | None:
        """The index with them, too coarse to work out what one more has said."""
        return None if self.ikm is None else rounded(Fraction(self.ikm), 0)


# --- what a check finds --------------------------------------------------------------------------


class What(StrEnum):
    """What differs from what was closed."""

    SHA256 = "the frozen record was changed: its SHA-256 is another"
    FIGURES = "the frozen figures do not follow from the frozen tallies"
    CHANGED = "a response is not what was counted"
    DELETED = "a response is gone that nobody withdrew"
    ARCHIVE = "what its documents print does not add up to the frozen tallies"
    COUNT = "the responses do not add up to the frozen tallies"


@dataclass(frozen=True)
class Difference:
    """`about`: a unit's code or a receipt number, "" for the whole."""

    what: What
    about: str = ""

    def __str__(self) -> str:
        return f"{self.about}: {self.what.value}." if self.about else f"{self.what.value}."


@dataclass(frozen=True)
class Verification:
    """What a check of a closed period found. No `differences`: it is as it was closed.

    `counted`: responses when it was closed; `withdrawn`: taken back by citizens since (or answered
    anew); `late`: in the period now and not counted then, which only the revision holds.
    """

    head: Head
    counted: int
    withdrawn: int
    late: int
    differences: tuple[Difference, ...]


def follows(unit: FrozenUnit, period: Period, content: str) -> bool:
    """Whether the figures in a unit's frozen content are those of its tallies."""
    return unit.content(period) == content


def adds_up(frozen: Tallies, recounted: Tallies, withdrawn: int) -> bool:
    """Whether the responses that are left are the frozen ones without those withdrawn.

    Who withdrew cannot be known any more, so then no count may have grown, and the numbers fit.
    """
    if not withdrawn:
        return {v: t for v, t in frozen.items() if t.n} == dict(recounted)
    left = sum(tally.n for tally in recounted.values())
    known = all(
        version in frozen and _within(tally, frozen[version])
        for version, tally in recounted.items()
    )
    return known and left + withdrawn == sum(tally.n for tally in frozen.values())


def _within(part: Tally, whole: Tally) -> bool:
    return all(
        few <= many
        for unsur in Unsur
        for few, many in zip(part.counts[unsur], whole.counts[unsur], strict=True)
    )
