"""The report of a unit in a period, as values. Every text, chart and document is made from these.

Responses to different instruments are never mixed into one figure. A report's own figures are
those of the instrument in force, which is the one with most responses in the period, so that a few
answers to a new questionnaire never speak for many to the old one. Figures of other
instruments are kept beside it as `others`, and every output says that there are some.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from skm.figures import ikm as index
from skm.figures import sample
from skm.figures.compare import Comparison, compare, compare_unsur
from skm.figures.ikm import Mutu, Tally, rounded
from skm.figures.priority import alike, differ, priority, tied
from skm.instansi import target
from skm.instansi.period import Period
from skm.instansi.target import Pace
from skm.privacy.small_groups import WithheldReason, WithheldUnits, is_small
from skm.survey.unsur import Unsur

JsonObject = dict[str, object]

EVERYTHING: Final = "semua"
"""The code of the whole instansi, where a unit's code would stand."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What follows from one instrument's tally; each figure is rounded once, as it is printed.

    `instrument`: its version. `population`: people served, None if unknown. The index and `nilai`
    have two decimals, `nrr` has three; all are None without responses.
    """

    instrument: str | None
    tally: Tally
    population: int | None = None

    @property
    def responden(self) -> int:
        return self.tally.n

    @cached_property
    def ikm(self) -> Decimal | None:
        return index.ikm(self.tally)

    @property
    def mutu(self) -> Mutu | None:
        return None if self.ikm is None else index.mutu(self.ikm)

    @cached_property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """The 95 % confidence interval of the index; None with too few responses for one."""
        if not self.responden:
            return None
        return sample.interval(sample.index_mean(self.tally, self.population), self.responden)

    @cached_property
    def nrr(self) -> Mapping[Unsur, Decimal] | None:
        """The mean nilai of each unsur, 1.000 to 4.000."""
        exact = index.nrr(self.tally)
        return {unsur: rounded(value, 3) for unsur, value in exact.items()} if exact else None

    @cached_property
    def nilai(self) -> Mapping[Unsur, Decimal] | None:
        """25 × nrr of each unsur, 25.00 to 100.00."""
        return index.nilai(self.tally) or None

    @cached_property
    def intervals(self) -> Mapping[Unsur, tuple[Decimal, Decimal]]:
        """The 95 % confidence interval of each nilai; empty with too few responses for one."""
        if self.interval is None:
            return {}
        means = {u: sample.unsur_mean(self.tally, u, self.population) for u in Unsur}
        found = {unsur: sample.interval(mean, self.responden) for unsur, mean in means.items()}
        return {unsur: interval for unsur, interval in found.items() if interval}

    @cached_property
    def prioritas(self) -> tuple[Unsur, ...]:
        """The three unsur with the lowest nrr, lowest first; empty without responses."""
        return priority(index.nrr(self.tally) or {})

    @property
    def seri(self) -> tuple[Unsur, ...]:
        """The unsur with the nrr of the last of `prioritas`, which only their number leaves out."""
        return tied(index.nrr(self.tally) or {}, self.prioritas)

    @cached_property
    def setara(self) -> tuple[Unsur, ...]:
        """The unsur that cannot be told apart from the last of `prioritas`; see `alike`."""
        return alike(self.tally, self.prioritas)

    @property
    def unsur_differ(self) -> bool:
        """Whether any two unsur can be told apart: the lowest and the highest."""
        exact = index.nrr(self.tally)
        return exact is not None and differ(
            self.tally, min(exact, key=exact.__getitem__), max(exact, key=exact.__getitem__)
        )

    @property
    def mutu_possible(self) -> tuple[Mutu, ...]:
        """The bands that the interval of the index touches, the best first; empty where it crosses
        no edge of a band.
        """
        if self.interval is None:
            return ()
        best, worst = index.mutu(self.interval[1]), index.mutu(self.interval[0])
        return tuple(band for band in Mutu if best <= band <= worst) if best < worst else ()

    def figures_as_json(self) -> JsonObject:
        """Figures as decimal strings, counts as numbers, null where there is no figure."""
        return {
            "instrument": self.instrument,
            "responden": self.responden,
            "ikm": self.ikm and str(self.ikm),
            "mutu": self.mutu,
            "kinerja": self.mutu and self.mutu.kinerja,
            "mutu_mungkin": self.mutu_possible or None,
            "interval": self.interval and [str(bound) for bound in self.interval],
            "nrr": self.nrr and {unsur: str(value) for unsur, value in self.nrr.items()},
            "nilai": self.nilai and {unsur: str(value) for unsur, value in self.nilai.items()},
            "prioritas": self.prioritas or None,
        }


@dataclass(frozen=True, kw_only=True)
class Report(Figures):
    """The figures of a UPP in a period; make one with `of`. `upp`: its code.

    `derivable`: the figures of a small group would follow from these. `hidden_parts`: the
    instruments of which that holds. The figures themselves are there even if they are withheld;
    check `is_shown` before showing them, and show `shown_others` only.
    """

    upp: str
    period: Period
    others: tuple[Figures, ...] = ()
    derivable: bool = field(default=False, compare=False)
    hidden_parts: frozenset[str] = field(default=frozenset(), compare=False)

    @classmethod
    def of(
        cls,
        upp: str,
        period: Period,
        tallies: Mapping[str, Tally],
        population: int | None = None,
    ) -> "Report":
        """`tallies`: instrument version → tally, the one with most responses last."""
        answered = {version: tally for version, tally in tallies.items() if tally.n}
        *before, (instrument, tally) = answered.items() or [(None, Tally.empty())]
        return cls(
            upp=upp,
            period=period,
            instrument=instrument,
            tally=tally,
            population=population,
            others=tuple(
                Figures(instrument=version, tally=other, population=population)
                for version, other in before
            ),
        )

    def withholding(self, units: WithheldUnits) -> "Report":
        """The report in a period that withholds these units."""
        return replace(
            self,
            derivable=units.total or self.upp in units.units,
            hidden_parts=units.instruments_of(self.upp),
        )

    @property
    def withheld(self) -> WithheldReason | None:
        """Why the figures may not be shown; None if they may, or if there are none."""
        if self.derivable or is_small(self.responden):
            return WithheldReason.of(self.responden) if self.responden else None
        return None

    @property
    def is_withheld(self) -> bool:
        """Whether there are figures that may not be shown."""
        return self.withheld is not None

    @property
    def is_shown(self) -> bool:
        """Whether there are figures and they may be shown."""
        return self.responden > 0 and not self.is_withheld

    @property
    def target(self) -> int | None:
        """How many respondents the period should have. None for a day, and for the whole instansi,
        which is measured by how many of its units reach theirs.
        """
        return None if self.upp == EVERYTHING else target.target(self.population, self.period)

    @property
    def has_reached_target(self) -> bool:
        """Whether it has, by figures that may be shown."""
        return self.is_shown and self.target is not None and self.responden >= self.target

    def pace(self, today: date) -> Pace | None:
        """How many respondents are needed yet; None where there is no target, and in a period that
        is not running.
        """
        if self.target is None or self._counted is None:
            return None
        return target.pace(self.population, self.period, self._counted, today)

    def is_behind(self, today: date) -> bool:
        """Whether there are fewer respondents than the target asks for by now."""
        if self.target is None or self._counted is None:
            return False
        return self._counted < target.expected(self.population, self.period, today)

    @property
    def _counted(self) -> int | None:
        """The respondents that a comparison with the target may use: of a small group none, so that
        its number cannot be computed; None where a number would tell that of others.
        """
        if self.withheld is WithheldReason.DERIVABLE:
            return None
        return 0 if self.is_withheld else self.responden

    @property
    def shown_others(self) -> tuple[Figures, ...]:
        """The figures of other instruments that may be shown."""
        return tuple(part for part in self.others if part.instrument not in self.hidden_parts)

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What `of` made the report from."""
        parts = (*self.others, self)
        return {part.instrument: part.tally for part in parts if part.instrument}

    def change_since(self, before: "Report") -> Comparison:
        """The change of the index since another period, as far as the instrument is the same."""
        part = before.part_like(self) or before
        return compare(part.tally, self.tally, (part.instrument, self.instrument))

    def unsur_changes_since(self, before: "Report") -> dict[Unsur, Comparison]:
        """The change of each nilai since another period, as far as the instrument is the same."""
        part = before.part_like(self) or before
        return compare_unsur(part.tally, self.tally, (part.instrument, self.instrument))

    def part_like(self, other: Figures) -> Figures | None:
        """The figures by the instrument of `other`; None if there are none that may be shown."""
        parts = (self, *(part for part in self.shown_others if not is_small(part.responden)))
        return next((part for part in parts if part.instrument == other.instrument), None)

    @property
    def parts(self) -> tuple[tuple[Figures, WithheldReason | None], ...]:
        """The figures by each instrument where there were several, those in force first, and why
        others may not be shown; none where there was one.
        """
        if not self.others:
            return ()
        others = [(part, self._why_withheld(part)) for part in reversed(self.others)]
        return ((self, None), *others)

    def _why_withheld(self, part: Figures) -> WithheldReason | None:
        if is_small(part.responden):
            return WithheldReason.SMALL
        return None if part in self.shown_others else WithheldReason.DERIVABLE

    def as_json(self, today: date) -> JsonObject:
        """The object that `skm report --json` prints. Where several instruments were answered it
        also has `catatan`, and `bagian` with the figures by each instrument that may be shown, the
        one in force last. `sementara`: whether the period is not over; then `laju` says how many
        respondents there should be by now and how many a day are needed.
        """
        plain = {"upp": self.upp, "period": str(self.period), **self.figures_as_json()}
        plain["target"] = self.target
        pace = self.pace(today)
        plain["sementara"] = not self.period.is_over(today)
        plain["laju"] = pace and {"seharusnya": pace.expected, "per_hari": pace.per_day}
        if self.others:
            plain["catatan"] = "beberapa_instrumen"
            plain["bagian"] = [part.figures_as_json() for part in (*self.shown_others, self)]
        return plain
