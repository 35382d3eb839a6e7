"""Which units a period withholds, over all the instruments that were answered in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from skm.figures.breakdown import Tallies
from skm.figures.ikm import Tally
from skm.privacy.small_groups import (
    TOTAL,
    CountByUnit,
    Tree,
    WithheldUnits,
    children_of,
    is_small,
    is_telling,
    subtree_totals,
    withheld_units,
)

OWN = "/own"
"""Suffix of the code under which the own answers of a unit with units below stand as one of them:
both figures are shown, so both must be safe."""

CountByInstrument = Mapping[str, CountByUnit]
"""Unit code → instrument → respondents who answered it there, without the units below."""


def withheld_in_period(
    tree: Tree, own: CountByInstrument, in_force: Mapping[str, str]
) -> WithheldUnits:
    """Returns what a period withholds.

    `in_force`: unit code (TOTAL: all together) → the instrument whose figures are shown there. A
    unit with many answers may have few to that instrument; so where a period has more than one,
    each instrument is checked by itself in the part of the tree that shows it.
    """
    found = withheld_in_tree(tree, {code: sum(each.values()) for code, each in own.items()})
    if not has_several_instruments(own):
        return found
    below = children_of(tree)
    for root, version in _roots_of_instruments(tree, in_force):
        part = tree if root == TOTAL else {**dict(_subtree(below, root)), root: None}
        counts = {code: own.get(code, {}).get(version, 0) for code in part}
        if not is_small(sum(counts.values())):
            withheld = withheld_in_tree(part, counts)
            found |= replace(withheld, total=withheld.total and root == TOTAL)
    return replace(found, parts=frozenset(_parts(tree, own)))


def _parts(tree: Tree, own: CountByInstrument) -> Iterator[tuple[str, str]]:
    """(unit or TOTAL, instrument) of which the figure is withheld: each instrument is a tree of
    figures by itself.
    """
    for version in {version for each in own.values() for version in each}:
        withheld = withheld_in_tree(
            tree, {code: own.get(code, {}).get(version, 0) for code in tree}
        )
        yield from ((code, version) for code in withheld.units)
        if withheld.total:
            yield TOTAL, version


def tells_an_answer(tally: Tally) -> bool:
    """Whether the published figures of a tally would tell an answer of its respondents."""
    return is_telling(tally.n, uniform=is_uniform(tally))


def is_uniform(tally: Tally) -> bool:
    """Whether everybody gave one of the unsur the same nilai."""
    return any(max(counts) == sum(counts) for counts in tally.counts.values())


def has_several_instruments(own: CountByInstrument) -> bool:
    return len({version for each in own.values() for version, n in each.items() if n}) > 1


def count_by_instrument(own: Mapping[str, Tallies]) -> CountByInstrument:
    return {code: {v: tally.n for v, tally in each.items()} for code, each in own.items()}


def withheld_of_tallies(
    tree: Tree, own: Mapping[str, Tallies], whole: Mapping[str, Tallies], pooled: Tallies
) -> WithheldUnits:
    """The same from tallies: by unit code without (`own`) and with (`whole`) the units below, and
    of all respondents pooled.
    """
    in_force = instruments_in_force({TOTAL: pooled, **whole})
    return withheld_in_period(tree, count_by_instrument(own), in_force)


def instruments_in_force(tallies: Mapping[str, Tallies]) -> dict[str, str]:
    """Unit code → the instrument that most answered; units without answers are left out."""
    answered = {code: [v for v, tally in each.items() if tally.n] for code, each in tallies.items()}
    return {code: versions[-1] for code, versions in answered.items() if versions}


def withheld_in_tree(tree: Tree, own: CountByUnit) -> WithheldUnits:
    """The same where everybody answered one instrument. `own`: without the units below."""
    if is_small(sum(own.values())):
        answered = frozenset(code for code, n in subtree_totals(tree, own).items() if n)
        return WithheldUnits(answered, answered, total=True)
    inner = {parent for parent in tree.values() if parent}
    leaves = {**tree, **{code + OWN: code for code in tree if code in inner}}
    counts = {code + OWN if code in inner else code: n for code, n in own.items()}
    found = withheld_units(leaves, counts).units
    units = found & tree.keys()
    return WithheldUnits(units, units.union(code for code in tree if code + OWN in found))


def _roots_of_instruments(tree: Tree, in_force: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """TOTAL, and the units that show another instrument than the unit above them."""
    for code, version in in_force.items():
        if code == TOTAL or version != in_force.get(tree[code] or TOTAL):
            yield code, version


def _subtree(below: Mapping[str | None, list[str]], root: str) -> Iterator[tuple[str, str]]:
    """(code, code above) of every unit below `root`."""
    for code in below.get(root, ()):
        yield code, root
        yield from _subtree(below, code)
