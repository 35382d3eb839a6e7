"""The report of a unit and a period, as values. What people read is made from these alone.

Responses to different instruments are never mixed into one figure. A report's own figures are
those of the instrument in force (the last one answered in the period); what was answered to others
stands beside it as `others`, and whoever shows the report says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from skm import ikm as index
from skm import sample
from skm.compare import Change, Comparison, Reason, compare, compare_unsur
from skm.disclosure import Withheld, shown
from skm.ikm import EQUAL, Bobot, Mutu, Tally, rounded
from skm.period import Period
from skm.priority import priority
from skm.unsur import Unsur

Json = dict[str, object]

EVERYTHING: Final = "semua"
"""Stands for the whole instansi where a unit's code would stand."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What follows from one instrument's tally, each figure rounded once, as it is printed.

    `ikm` and `nilai` (25 × nrr) have two decimals, `nrr` has three; all are None without
    responses. `population`: people served, None where unknown. `instrument`: its version.
    """

    instrument: str | None
    tally: Tally
    population: int | None = None
    bobot: Bobot

    @property
    def responden(self) -> int:
        return self.tally.n

    @property
    def target(self) -> int:
        """How many respondents the sample should have."""
        return sample.target(self.population)

    @cached_property
    def ikm(self) -> Decimal | None:
        return index.ikm(self.tally, self.bobot)

    @property
    def mutu(self) -> Mutu | None:
        return None if self.ikm is None else index.mutu(self.ikm)

    @cached_property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """95 %; None under other than equal weights: a tally keeps the spread of no other index."""
        return sample.interval(self.tally, self.population) if self.bobot == EQUAL else None

    @cached_property
    def nrr(self) -> Mapping[Unsur, Decimal] | None:
        return self._printed(1, 3)

    @cached_property
    def nilai(self) -> Mapping[Unsur, Decimal] | None:
        return self._printed(25, 2)

    @cached_property
    def intervals(self) -> Mapping[Unsur, tuple[Decimal, Decimal]]:
        """Of each nilai, 95 %; empty with fewer than two responses."""
        found = {
            unsur: sample.unsur_interval(self.tally.counts[unsur], self.tally.n, self.population)
            for unsur in Unsur
        }
        return {unsur: interval for unsur, interval in found.items() if interval}

    @cached_property
    def prioritas(self) -> tuple[Unsur, ...]:
        """The three lowest unsur, lowest first; empty without responses."""
        return priority(index.nrr(self.tally) or {})

    def _printed(self, factor: int, places: int) -> Mapping[Unsur, Decimal] | None:
        exact: Mapping[Unsur, Fraction] | None = index.nrr(self.tally)
        if exact is None:
            return None
        return {unsur: rounded(factor * value, places) for unsur, value in exact.items()}

    def figures_as_json(self) -> Json:
        """Numbers as decimal strings, counts as numbers, null where there is no figure."""
        return {
            "instrument": self.instrument,
            "responden": self.responden,
            "ikm": self.ikm and str(self.ikm),
            "mutu": self.mutu,
            "kinerja": self.mutu and self.mutu.kinerja,
            "interval": self.interval and [str(bound) for bound in self.interval],
            "nrr": self.nrr and {unsur: str(value) for unsur, value in self.nrr.items()},
            "nilai": self.nilai and {unsur: str(value) for unsur, value in self.nilai.items()},
            "prioritas": self.prioritas or None,
        }


@dataclass(frozen=True, kw_only=True)
class Report(Figures):
    """The figures of a UPP in a period. `upp` is its code; make one with `of`.

    `withheld`: to be kept back although enough answered, since a small group would follow.
    """

    upp: str
    period: Period
    others: tuple[Figures, ...] = ()
    withheld: bool = field(default=False, compare=False)

    @classmethod
    def of(
        cls,
        upp: str,
        period: Period,
        tallies: Mapping[str, Tally],
        population: int | None = None,
        bobot: Bobot = EQUAL,
    ) -> "Report":
        """`tallies`: by instrument version, in the order in which they were last answered."""
        answered = {version: tally for version, tally in tallies.items() if tally.n}
        *before, (instrument, tally) = answered.items() or [(None, Tally.empty())]
        return cls(
            upp=upp,
            period=period,
            instrument=instrument,
            tally=tally,
            population=population,
            bobot=bobot,
            others=tuple(
                Figures(instrument=version, tally=other, population=population, bobot=bobot)
                for version, other in before
            ),
        )

    @property
    def open(self) -> bool:
        """There are figures that may be shown."""
        return self.responden > 0 and shown(self.responden) and not self.withheld

    def beside(self, back: Withheld) -> "Report":
        """As it may be shown where these are kept back."""
        return replace(self, withheld=back.total or self.upp in back.units)

    @property
    def closed(self) -> bool:
        """There are figures, which may not be shown."""
        return self.responden > 0 and not self.open

    def change_since(self, before: "Report") -> Comparison:
        """The change of the index since another period, as far as the instrument is the same."""
        if self.bobot != EQUAL:
            return Comparison(Change.TIDAK_DAPAT_DIBANDINGKAN, reason=Reason.BOBOT)
        part = before._measured_like(self)
        return compare(part.tally, self.tally, (part.instrument, self.instrument))

    def unsur_changes_since(self, before: "Report") -> dict[Unsur, Comparison]:
        """The change of each nilai since another period, as far as the instrument is the same."""
        part = before._measured_like(self)
        return compare_unsur(part.tally, self.tally, (part.instrument, self.instrument))

    def _measured_like(self, other: Figures) -> Figures:
        """The part that another's figures can be held against, if there is one."""
        same = (part for part in self.others if part.instrument == other.instrument)
        return self if self.instrument == other.instrument else next(same, self)

    def as_json(self) -> Json:
        """The keys of `skm report --json`; where several instruments were answered, also `catatan`
        and `bagian`, which has the figures of each, the one in force last.
        """
        plain = {"upp": self.upp, "period": str(self.period), **self.figures_as_json()}
        plain["target"] = self.target
        if self.others:
            plain["catatan"] = "beberapa_instrumen"
            plain["bagian"] = [part.figures_as_json() for part in (*self.others, self)]
        return plain


@dataclass(frozen=True)
class InstansiReport:
    """The figure of a whole instansi in both ways in use, each with its name.

    `gabungan`: all respondents pooled, so that each counts the same. `upp`: the report of each UPP
    from its own responses; `rerata_upp` lets each UPP count the same, as most cities publish it.
    `apart`: UPP of which not even the own responses may be shown by themselves.
    """

    gabungan: Report
    upp: Sequence[Report]
    apart: frozenset[str] = frozenset()

    @property
    def terukur(self) -> list[Report]:
        """The UPP whose own responses to the instrument in force make a figure that is shown."""
        in_force = self.gabungan.instrument
        return [
            report
            for report in self.upp
            if report.ikm and report.instrument == in_force and report.upp not in self.apart
        ]

    def shown_beside(self, back: Withheld) -> "InstansiReport":
        """As it may be shown where these are kept back."""
        pooled = replace(self.gabungan, withheld=back.total)
        return replace(self, gabungan=pooled, apart=back.apart)

    @property
    def rerata_upp(self) -> Decimal | None:
        """The mean of the UPP's indices as printed, so that a reader can check it by hand."""
        printed = [Fraction(report.ikm) for report in self.terukur if report.ikm is not None]
        return rounded(sum(printed, Fraction()) / len(printed), 2) if printed else None

    def as_json(self) -> Json:
        """The pooled report's keys, and `instansi` with both figures by name."""
        return {
            **self.gabungan.as_json(),
            "instansi": {
                "ikm_gabungan": self.gabungan.ikm and str(self.gabungan.ikm),
                "ikm_rerata_upp": self.rerata_upp and str(self.rerata_upp),
                "upp": len(self.upp),
                "upp_terukur": len(self.terukur),
            },
        }
