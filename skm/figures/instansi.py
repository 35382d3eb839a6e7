"""The report of a whole instansi: its index in the two ways in use, and how its units do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from skm.figures.ikm import rounded
from skm.figures.report import JsonObject, Report
from skm.privacy.small_groups import TOTAL, WithheldUnits


@dataclass(frozen=True)
class InstansiReport:
    """The index of a whole instansi in the two ways in use, each under its name.

    `gabungan`: all respondents pooled, each counts the same. `upp`: the report of each UPP from its
    own responses, without the units below; `rerata_upp` is their mean, in which each UPP counts the
    same, as most cities publish it. `withheld_own`: UPP whose own responses may not be shown.
    `whole`: the report of each UPP with the units below, as it stands everywhere else.
    """

    gabungan: Report
    upp: Sequence[Report]
    withheld_own: frozenset[str] = frozenset()
    whole: Sequence[Report] = ()

    @property
    def terukur(self) -> list[Report]:
        """The UPP with an index by the instrument in force that may be shown."""
        in_force = self.gabungan.instrument
        return [
            report
            for report in self.upp
            if report.ikm and report.instrument == in_force and report.upp not in self.withheld_own
        ]

    @property
    def shown_own(self) -> dict[str, Report]:
        """Code → the report of each UPP's own responses, where it may be shown."""
        if not self.gabungan.is_shown:
            return {}
        shown = (report for report in self.upp if report.upp not in self.withheld_own)
        return {report.upp: report for report in shown if report.is_shown}

    def withholding(self, units: WithheldUnits) -> "InstansiReport":
        """The report in a period that withholds these units."""
        pooled = replace(
            self.gabungan, derivable=units.total, hidden_parts=units.instruments_of(TOTAL)
        )
        whole = [report.withholding(units) for report in self.whole]
        return replace(self, gabungan=pooled, withheld_own=units.own, whole=whole)

    @property
    def rerata_upp(self) -> Decimal | None:
        """The mean of the UPP's indices as printed, so that a reader can check it by hand."""
        printed = [Fraction(report.ikm) for report in self.terukur if report.ikm is not None]
        return rounded(sum(printed, Fraction()) / len(printed), 2) if printed else None

    def as_json(self, today: date) -> JsonObject:
        """The pooled report's object, and under `instansi` both figures by name."""
        return {
            **self.gabungan.as_json(today),
            "instansi": {
                "ikm_gabungan": self.gabungan.ikm and str(self.gabungan.ikm),
                "ikm_rerata_upp": self.rerata_upp and str(self.rerata_upp),
                "upp": len(self.upp),
                "upp_terukur": len(self.terukur),
                "upp_mencapai_target": reached_target(self.whole),
            },
        }


def reached_target(reports: Iterable[Report]) -> int:
    """How many units have as many respondents as their target asks for."""
    return sum(report.has_reached_target for report in reports)


def behind_target(reports: Iterable[Report], today: date) -> int:
    """How many units have fewer respondents than their target asks for by now."""
    return sum(report.is_behind(today) for report in reports)
