"""Which units are kept back when a period is shown: of a tree, in which sums are shown as well."""

from collections.abc import Set

from skm.disclosure import (
    TOTAL,
    Counts,
    Tree,
    Withheld,
    added_up,
    shown,
    with_same_people,
    withheld,
)

OWN = "/own"
"""What a unit with others below it has answered itself stands beside these as one of them."""


def in_tree(tree: Tree, own: Counts, small: Set[str] = frozenset()) -> Withheld:
    """What a period has to keep back. `own`: answers of each unit without those below it. `small`:
    units, or TOTAL, that are kept back for another reason.
    """
    leaves, apart = _leaves(tree), _own_apart(tree, own)
    few = with_same_people(leaves, apart, small)
    if TOTAL in few or not shown(sum(own.values())):
        answered = frozenset(code for code, n in added_up(tree, own).items() if n)
        return Withheld(answered, answered, total=True)
    units = withheld(leaves, apart, few).units
    mine = frozenset(code for code in tree if code + OWN in units)
    return Withheld(units & tree.keys(), mine)


def _leaves(tree: Tree) -> dict[str, str | None]:
    above = {parent for parent in tree.values() if parent}
    return {**tree, **{code + OWN: code for code in tree if code in above}}


def _own_apart(tree: Tree, own: Counts) -> dict[str, int]:
    above = {parent for parent in tree.values() if parent}
    return {code + OWN if code in above else code: n for code, n in own.items()}
