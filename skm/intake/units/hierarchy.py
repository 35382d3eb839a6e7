"""Which row is above which, where only the numbers say so: 1, 1.1, 1.2; or A, 1, 2, B, 1."""

import re
from collections.abc import Sequence

DOTTED = re.compile(r"\w+([.-]\w+)*")


def by_numbers(numbers: Sequence[str]) -> list[int | None] | None:
    """For each number the index of the one above it, None for the highest. None if the numbers say
    nothing about it or are not clear.
    """
    plain = [number.strip().rstrip(".)").casefold() for number in numbers]
    return _by_dots(plain) or _by_letters(plain)


def _by_dots(numbers: Sequence[str]) -> list[int | None] | None:
    at = {number: index for index, number in enumerate(numbers)}
    parts = [re.split(r"[.-]", number) for number in numbers]
    if len(at) < len(numbers) or not all(map(DOTTED.fullmatch, numbers)):
        return None
    above = [
        at.get(number[: -len(part[-1]) - 1]) for number, part in zip(numbers, parts, strict=True)
    ]
    lower = [len(part) > 1 for part in parts]
    if not any(lower) or any(low and up is None for low, up in zip(lower, above, strict=True)):
        return None
    return [up if low else None for low, up in zip(lower, above, strict=True)]


def _by_letters(numbers: Sequence[str]) -> list[int | None] | None:
    """Letters or Roman numerals are above the digits that follow."""
    if not all(number.isdecimal() or number.isalpha() for number in numbers):
        return None
    if not numbers or not numbers[0].isalpha() or not any(map(str.isdecimal, numbers)):
        return None
    found: list[int | None] = []
    top = 0
    for index, number in enumerate(numbers):
        top = index if number.isalpha() else top
        found.append(None if number.isalpha() else top)
    return found
