"""What responses break down into beside their index: by layanan, by who answered, by which way.

Breakdowns of units add up to that of the unit above them. As plain values they are JSON that reads
back as the same breakdown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skm.ikm import Tally
from skm.report import Json
from skm.unsur import Unsur
from skm.upp import Mode
from skm.validity import Moments

Tallies = Mapping[str, Tally]  # by instrument, the one in force last
Way = tuple[str, Mode]  # the channel, and in whose hands the device was


@dataclass(frozen=True)
class Breakdown:
    """`layanan`: by name. `profile`: field id → option → how many; who skipped is in none.

    `ways`: how many came which way. `moments`: by instrument, what validity follows from.
    """

    layanan: Mapping[str, Tallies] = field(default_factory=dict)
    profile: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ways: Mapping[Way, int] = field(default_factory=dict)
    moments: Mapping[str, Moments] = field(default_factory=dict)

    @property
    def modes(self) -> frozenset[Mode]:
        return frozenset(mode for (_, mode), n in self.ways.items() if n)

    def adds_up_to(self, tallies: Tallies) -> bool:
        """Whether these are parts of exactly what the tallies of the same unit count."""
        by_layanan: dict[str, Tally] = {}
        for each in self.layanan.values():
            for version, tally in each.items():
                by_layanan[version] = by_layanan.get(version, Tally.empty()) + tally
        people = sum(tally.n for tally in tallies.values())
        asked = (sum(options.values()) for options in self.profile.values())
        return (
            by_layanan == {version: tally for version, tally in tallies.items() if tally.n}
            and {version: moments.n for version, moments in self.moments.items()}
            == {version: tally.n for version, tally in by_layanan.items()}
            and sum(self.ways.values()) == people
            and all(n <= people for n in asked)
        )

    def plain(self) -> Json:
        return {
            "layanan": [[name, plain_tallies(self.layanan[name])] for name in sorted(self.layanan)],
            "profile": {
                name: dict(sorted(options.items()))
                for name, options in sorted(self.profile.items())
            },
            "ways": [[channel, mode, n] for (channel, mode), n in sorted(self.ways.items())],
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


@dataclass
class Gathered:
    """A breakdown that is being added up."""

    layanan: dict[str, dict[str, Tally]] = field(default_factory=dict)
    profile: dict[str, Counter[str]] = field(default_factory=dict)
    ways: Counter[Way] = field(default_factory=Counter)
    moments: dict[str, Moments] = field(default_factory=dict)

    def count(self, version: str, moments: Moments) -> None:
        held = self.moments.get(version)
        self.moments[version] = held + moments if held else moments

    def told(self, profile: Mapping[str, str | None], many: int) -> None:
        for name, option in profile.items():
            if option is not None:
                self.profile.setdefault(name, Counter())[option] += many

    def add(self, other: "Gathered") -> None:
        """All but `layanan`, whose instruments have an order that only the store knows."""
        for name, options in other.profile.items():
            self.profile.setdefault(name, Counter()).update(options)
        self.ways.update(other.ways)
        for version, moments in other.moments.items():
            self.count(version, moments)

    @property
    def breakdown(self) -> Breakdown:
        return Breakdown(self.layanan, self.profile, self.ways, self.moments)


# --- tallies as plain values ---------------------------------------------------------------------


def plain_tallies(tallies: Tallies) -> list[list[object]]:
    """[instrument, tally] in their order, which says what is in force."""
    return [[version, plain_tally(tally)] for version, tally in tallies.items()]


def tallies_of(plain: Any) -> Tallies:
    return {version: tally_of(each) for version, each in plain}


def plain_tally(tally: Tally) -> list[object]:
    counts = [list(tally.counts[unsur]) for unsur in Unsur]
    return [tally.n, counts, tally.total, tally.total_sq]


def tally_of(plain: Any) -> Tally:
    """The inverse of `plain_tally`."""
    n, counts, total, total_sq = plain
    quads = {unsur: (a, b, c, d) for unsur, (a, b, c, d) in zip(Unsur, counts, strict=True)}
    return Tally(n, quads, total, total_sq)
