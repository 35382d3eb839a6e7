"""Closing a period: its figures are frozen, with their method and a SHA-256 over all of it.

Every counted response is sealed, each with a salt of its own. When a citizen withdraws a response
its salt is deleted: the seal stays but says nothing any more, the frozen figures stay as they were
published, and a later check counts the response as withdrawn instead of forged.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skm.errors import SkmError
from skm.figures.breakdown import Tallies, plain_tallies, tallies_of
from skm.figures.ikm import BOBOT, rounded
from skm.figures.instansi import InstansiReport
from skm.figures.report import EVERYTHING, JsonObject, Report
from skm.instansi.period import MONTHS, Period
from skm.privacy.small_groups import is_small, rounded_down
from skm.survey.unsur import Unsur


class ClosingRefusal(StrEnum):
    """Why a period cannot be closed or checked, and what to do instead."""

    RUNNING = "it is not over: close it when its last day has passed"
    KIND = "close a month, a quarter, a semester or a year"
    EMPTY = "nobody answered in it: there is nothing to close"
    CLOSED = "it is closed already: `skm verify` checks it"
    NOT_CLOSED = "it is not closed: there is nothing to verify"


class ClosingError(SkmError):
    """A period that cannot be closed or checked. `refusal`: from which screens choose the words."""

    def __init__(self, period: Period, refusal: ClosingRefusal) -> None:
        self.period, self.refusal = period, refusal
        super().__init__(f"{period}: {refusal.value}.")


def check_can_close(period: Period, today: date) -> None:
    """Raises ClosingError for a period that is not over, or shorter than a month."""
    if period.kind not in MONTHS:
        raise ClosingError(period, ClosingRefusal.KIND)
    if period.end > today:
        raise ClosingError(period, ClosingRefusal.RUNNING)


# --- what is frozen ------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenUnit:
    """A unit when its period was closed. `own`: without the units below, `tallies`: with them.

    `counted_before`: instrument → codes of periods closed before, separated by spaces → how many of
    the unit's own responses exactly these count as well; None in closings of the first versions.
    """

    code: str
    name: str
    parent: str | None
    population: int | None
    own: Tallies
    tallies: Tallies
    counted_before: Mapping[str, Mapping[str, int]] | None = None

    def report(self, period: Period) -> Report:
        return Report.of(self.code, period, self.tallies, self.population)

    def own_report(self, period: Period) -> Report:
        return Report.of(self.code, period, self.own, self.population)

    def content(self, period: Period) -> str:
        """Canonical JSON of the unit, its tallies and the figures that follow from them."""
        return canonical(
            {
                "code": self.code,
                "name": self.name,
                "parent": self.parent,
                "population": self.population,
                "own": plain_tallies(self.own),
                "tallies": plain_tallies(self.tallies),
                "figures": self.report(period).as_json(period.end),
                **({} if self.counted_before is None else {"before": self.counted_before}),
            }
        )

    @classmethod
    def parse(cls, content: str) -> "FrozenUnit":
        plain = json.loads(content)
        own, tallies = (tallies_of(plain[key]) for key in ("own", "tallies"))
        named = {key: plain[key] for key in ("code", "name", "parent", "population")}
        return cls(**named, own=own, tallies=tallies, counted_before=plain.get("before"))


@dataclass(frozen=True)
class Head:
    """The first line of a closing. `closed_by`: the official's id, None for an operator.

    `content`: see `head_content`. `sha256`: over all lines of the closing, as hex. `flagged`,
    `remark`: how many responses were flagged in the whole instansi, and what the admin who closed
    the period says about them.
    """

    period: Period
    closed_at: datetime
    closed_by: int | None
    content: str
    sha256: str
    flagged: int = 0
    remark: str = ""

    @property
    def gabungan(self) -> Tallies:
        """The tallies of all respondents pooled."""
        return tallies_of(json.loads(self.content)["gabungan"])

    @property
    def method(self) -> JsonObject:
        """How the figures were computed: instruments, weights, formula, figures of the instansi."""
        found: JsonObject = json.loads(self.content)["method"]
        return found


def head_content(
    period: Period, closed_at: datetime, gabungan: Tallies, units: Sequence[FrozenUnit]
) -> str:
    """Canonical JSON of the method, the pooled tallies, and both figures of the instansi."""
    return canonical(
        {
            "period": str(period),
            "closed_at": closed_at.isoformat(),
            "method": {
                "instruments": list(gabungan),
                "bobot": {unsur: str(BOBOT) for unsur in Unsur},
                "ikm": "25 x sum(bobot x nrr), rounded half-up once to 2 decimals",
                "instansi": ["ikm_rerata_upp", "ikm_gabungan"],
            },
            "gabungan": plain_tallies(gabungan),
            "figures": instansi(period, gabungan, units).as_json(period.end),
        }
    )


ESTIMATES: Final = {"interval", "mutu_mungkin", "target", "upp_mencapai_target"}
STATE: Final = {"sementara", "laju"}  # of every closed period the same


def exact(content: str) -> object:
    """What a content says without what is estimated or advised, of which the method may improve
    after a closing; everything else must follow from the tallies for ever.
    """
    return _without(ESTIMATES | STATE, json.loads(content))


def _without(keys: Collection[str], plain: object) -> object:
    if isinstance(plain, dict):
        return {key: _without(keys, value) for key, value in plain.items() if key not in keys}
    return [_without(keys, each) for each in plain] if isinstance(plain, list) else plain


def instansi(period: Period, gabungan: Tallies, units: Sequence[FrozenUnit]) -> InstansiReport:
    """The report of the whole instansi from frozen tallies; nothing is marked as withheld."""
    pooled = Report.of(EVERYTHING, period, gabungan)
    return InstansiReport(
        pooled,
        [unit.own_report(period) for unit in units],
        whole=[unit.report(period) for unit in units],
    )


def seal(salt: str, *counted: str) -> str:
    """The seal of a response: SHA-256 as hex over its salt and the values that are counted."""
    return hashlib.sha256(canonical([salt, *counted]).encode()).hexdigest()


def sha256_of(contents: Iterable[str], archives: Iterable[str], seals: Iterable[str]) -> str:
    """SHA-256 as hex over the lines of a closing: the contents of the head and the units by code,
    the archives in the same order (the first closings have none), and the sorted seals.
    """
    whole = hashlib.sha256()
    for line in (*contents, *archives, *sorted(seals)):
        whole.update(line.encode() + b"\n")
    return whole.hexdigest()


def canonical(plain: object) -> str:
    """JSON in the form that is hashed: no spaces, keys in the order given, no escaped letters."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Revision:
    """What has come in since a period was closed: `late` responses. `ikm`: the index with them."""

    closed_at: datetime
    late: int
    ikm: Decimal | None

    @property
    def is_shown(self) -> bool:
        """Whether it may be shown: the answers of few late respondents would follow from both
        indices.
        """
        return self.late > 0 and not is_small(self.late) and self.ikm is not None

    @property
    def late_at_least(self) -> int:
        """`late`, rounded down so that readers cannot see a single response come in."""
        return rounded_down(self.late)

    @property
    def rounded_ikm(self) -> Decimal | None:
        """The index with the late responses, rounded so that a single one cannot be computed."""
        return None if self.ikm is None else rounded(Fraction(self.ikm), 0)
