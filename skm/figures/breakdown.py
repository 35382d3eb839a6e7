"""What responses break down into beside their index: layanan, profile, channel and mode.

The breakdowns of units add up to that of the unit above them. `plain` gives JSON values from which
`of` makes the same breakdown again; closings keep it in that form.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any

from skm.figures.ikm import Tally
from skm.figures.report import JsonObject, Report
from skm.figures.validity import Moments
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.privacy.groups_of_units import withheld_groups_of_unit
from skm.privacy.small_groups import (
    Count,
    CountByUnit,
    Tree,
    WithheldUnits,
    withheld_groups,
    withhold_counts,
)
from skm.statistics.clusters import Clusters
from skm.survey.unsur import Unsur

Tallies = Mapping[str, Tally]
"""Instrument version → tally, the one in force (with most responses) last."""

LAYANAN, MODE, SKIPPED = "layanan", "mode", ""
"""Names of two breakdowns (every other is a field of the profile), and of the group of respondents
who skipped a field."""


def people(tallies: Tallies) -> int:
    """The number of responses in these tallies, whatever the instrument."""
    return sum(tally.n for tally in tallies.values())


@dataclass(frozen=True)
class Breakdown:
    """`layanan`: by name. `profile`: field id → option → responses; skipped fields are left out.

    `channels`: (channel, mode) → responses. `moments`: by instrument, for the validity.
    """

    layanan: Mapping[str, Tallies] = field(default_factory=dict)
    profile: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    channels: Mapping[tuple[str, Mode], int] = field(default_factory=dict)
    moments: Mapping[str, Moments] = field(default_factory=dict)

    @property
    def modes(self) -> Mapping[Mode, int]:
        """Mode → responses; only modes with some."""
        found: dict[Mode, int] = {}
        for (_, mode), n in sorted(self.channels.items()):
            if n:
                found[mode] = found.get(mode, 0) + n
        return found

    def groups(self) -> dict[str, Mapping[str, int]]:
        """Name of a breakdown → group → responses."""
        layanan = {name: people(each) for name, each in self.layanan.items()}
        return {**self.profile, LAYANAN: layanan, MODE: {str(m): n for m, n in self.modes.items()}}

    def adds_up_to(self, tallies: Tallies) -> bool:
        """Whether these are parts of exactly what the tallies of the same unit count."""
        by_layanan: dict[str, Tally] = {}
        for each in self.layanan.values():
            for version, tally in each.items():
                by_layanan[version] = by_layanan.get(version, Tally.empty()) + tally
        n = people(tallies)
        return (
            by_layanan == {version: tally for version, tally in tallies.items() if tally.n}
            and {version: moments.n for version, moments in self.moments.items()}
            == {version: tally.n for version, tally in by_layanan.items()}
            and sum(self.channels.values()) == n
            and all(sum(options.values()) <= n for options in self.profile.values())
        )

    def plain(self) -> JsonObject:
        """As JSON values, sorted, so that equal breakdowns have equal JSON."""
        return {
            "layanan": [[name, plain_tallies(self.layanan[name])] for name in sorted(self.layanan)],
            "profile": {
                name: dict(sorted(options.items()))
                for name, options in sorted(self.profile.items())
            },
            "ways": [[channel, mode, n] for (channel, mode), n in sorted(self.channels.items())],
            "moments": [
                [version, found.n, list(found.totals), list(map(list, found.items.items()))]
                for version, found in sorted(self.moments.items())
            ],
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Breakdown":
        """The inverse of `plain`."""
        return cls(
            {name: tallies_of(each) for name, each in plain["layanan"]},
            plain["profile"],
            {(channel, Mode(mode)): n for channel, mode, n in plain["ways"]},
            {
                version: Moments(n, tuple(totals), {item: tuple(sums) for item, sums in items})
                for version, n, totals, items in plain["moments"]
            },
        )


@dataclass(frozen=True)
class ShownBreakdown:
    """A unit's breakdown as it may be shown: small groups, and groups from which these would
    follow, are withheld. In the reports of `layanan` the name stands in place of a unit's code.
    """

    layanan: Mapping[str, Report] = field(default_factory=dict)
    profile: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    modes: Mapping[Mode, Count] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        found: Breakdown,
        report: Report,
        required: Mapping[str, Collection[str]],
    ) -> "ShownBreakdown":
        """`report`: the unit's. `required`: name of a breakdown → groups to withhold because of
        other units.
        """
        return cls(
            _shown_layanan(found, report.period, required.get(LAYANAN, ())),
            {
                name: withhold_counts(
                    {**options, SKIPPED: max(report.responden - sum(options.values()), 0)},
                    required.get(name, ()),
                )
                for name, options in sorted(found.profile.items())
            },
            withhold_counts(found.modes, [mode for mode in Mode if mode in required.get(MODE, ())]),
        )


def groups_withheld_in_tree(
    tree: Tree, each: Mapping[str, Breakdown], code: str, withheld: WithheldUnits
) -> dict[str, frozenset[str]]:
    """Name of a breakdown → groups that a unit must withhold because of the units below it.

    `each`: breakdowns by unit, with everything below it, of at least the subtree of `code`.
    `withheld`: the units that the period withholds.
    """
    whole: dict[str, dict[str, Counter[str]]] = {LAYANAN: {}, MODE: {}}
    for unit, found in each.items():
        for name, sizes in found.groups().items():
            for group, n in sizes.items():
                whole.setdefault(name, {}).setdefault(group, Counter())[unit] += n
    return {
        name: withheld_groups_of_unit(
            tree, {group: _own(tree, n) for group, n in groups.items()}, code, withheld
        )
        for name, groups in whole.items()
    }


def _own(tree: Tree, whole: Counter[str]) -> CountByUnit:
    """Counts without the units below, from counts with them."""
    own = Counter(whole)
    for code, n in whole.items():
        above = tree.get(code)
        if above:
            own[above] -= n
    return own


def _shown_layanan(
    found: Breakdown, period: Period, required: Collection[str]
) -> Mapping[str, Report]:
    """The groups must not follow from all responses, nor from those to the instruments in force."""
    reports = {name: Report.of(name, period, found.layanan[name]) for name in sorted(found.layanan)}
    everyone = withheld_groups(found.groups()[LAYANAN], required)
    in_force = {name: report.responden for name, report in reports.items()}
    withheld = everyone | withheld_groups(in_force, everyone)
    return {name: replace(report, derivable=name in withheld) for name, report in reports.items()}


# --- tallies as plain values ---------------------------------------------------------------------


def plain_tallies(tallies: Tallies) -> list[list[object]]:
    """Of each [version, [n, counts, total, total_sq, clusters]], the one in force last.

    Clusters are left out where they are not known, as in the first closings.
    """
    return [[version, _plain_tally(tally)] for version, tally in tallies.items()]


def _plain_tally(tally: Tally) -> list[object]:
    counts = [list(tally.counts[unsur]) for unsur in Unsur]
    clusters = [list(astuple(tally.clusters))] if tally.clusters.number else []
    return [tally.n, counts, tally.total, tally.total_sq, *clusters]


def tallies_of(plain: Any) -> Tallies:
    """The inverse of `plain_tallies`."""
    return {
        version: Tally(
            n,
            dict(zip(Unsur, map(tuple, counts), strict=True)),
            total,
            total_sq,
            *(Clusters(*each) for each in clusters),
        )
        for version, (n, counts, total, total_sq, *clusters) in plain
    }
