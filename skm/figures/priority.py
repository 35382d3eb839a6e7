"""Which unsur to improve first: the three with the lowest nrr, and which are as likely to be."""

from skm.figures.ikm import Nrr, Tally
from skm.figures.sample import unsur_mean
from skm.statistics.difference import difference
from skm.survey.unsur import Unsur

PRIORITIES = 3


def priority(nrr: Nrr) -> tuple[Unsur, ...]:
    """The three lowest unsur, lowest first; ties go to the lower number.

    The exact nrr are compared, so equal printed figures need not be a tie.
    """
    return tuple(sorted(nrr, key=lambda unsur: (nrr[unsur], unsur.number))[:PRIORITIES])


def tied(nrr: Nrr, chosen: tuple[Unsur, ...]) -> tuple[Unsur, ...]:
    """The unsur that are not chosen although their nrr is that of the last one chosen."""
    others = [unsur for unsur in Unsur if unsur not in chosen]
    return tuple(unsur for unsur in others if chosen and nrr[unsur] == nrr[chosen[-1]])


def alike(tally: Tally, chosen: tuple[Unsur, ...]) -> tuple[Unsur, ...]:
    """The unsur that are not chosen although they may as well be the lowest: their nilai cannot be
    told apart from that of the last one chosen, or is the same.

    The two nilai are taken as independent. Those of one person are not, so fewer differences are
    shown than there may be.
    """
    others = [unsur for unsur in Unsur if unsur not in chosen]
    return tuple(unsur for unsur in others if chosen and not differ(tally, chosen[-1], unsur))


def differ(tally: Tally, one: Unsur, other: Unsur) -> bool:
    """Whether the nilai of two unsur differ by more than chance."""
    return difference(unsur_mean(tally, one), unsur_mean(tally, other)).excludes_none
