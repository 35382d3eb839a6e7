"""Tallies made from responses, and the recap of the demo."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path

import skm
from skm.figures.ikm import Tally
from skm.survey.unsur import Unsur

RECAP = Path(skm.__file__).parent / "demo" / "surakarta_2023.csv"


def tally_of(*rows: Sequence[int]) -> Tally:
    """The tally of responses written as nine nilai each."""
    return reduce(add, (Tally.of_response(nine(row)) for row in rows), Tally.empty())


def nine(row: Sequence[int]) -> dict[Unsur, list[int]]:
    """The answers of one response, one item an unsur."""
    return {unsur: [value] for unsur, value in zip(Unsur, row, strict=True)}


def with_threes(n: int, threes: int) -> list[list[int]]:
    """n responses with all answers 4, except `threes` answers that are 3."""
    flat = [3] * threes + [4] * (9 * n - threes)
    return [flat[i : i + 9] for i in range(0, 9 * n, 9)]
