"""What offices call columns, answers and people's particulars, from words.toml and the locales."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from skm.instansi.find_upp import folded
from skm.instansi.typed_period import CODES_ONLY, PeriodWords
from skm.survey.unsur import Unsur

FILE = Path(__file__).with_name("words.toml")

Meanings = Mapping[str, str]
"""Folded text → what it means."""


@dataclass(frozen=True)
class IntakeWords:
    """The words of words.toml, and those of the questionnaire that is in force.

    `headings`: folded question or short name → item id. `labels`: item id → folded label → nilai.
    `options`: profile field → folded label → option. `periods`: the names of months.
    """

    headings: Meanings = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    options: Mapping[str, Meanings] = field(default_factory=dict)
    periods: PeriodWords = CODES_ONLY

    @cached_property
    def columns(self) -> Meanings:
        """Whole heading → role."""
        return {word: role for role, words in _TABLES["columns"].items() for word in words}

    @cached_property
    def profile(self) -> Mapping[str, Meanings]:
        """Profile field → folded text → option, our own labels before other words."""
        known = {
            name: {word: option for option, words in options.items() for word in words}
            for name, options in _TABLES["profile"].items()
        }
        names = known.keys() | self.options.keys()
        return {name: {**known.get(name, {}), **self.options.get(name, {})} for name in names}


_TABLES: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))

TOTALS: frozenset[str] = frozenset(_TABLES["totals"])
MEANS: frozenset[str] = frozenset(_TABLES["means"])
UNIT_COLUMNS: Meanings = {
    word: role for role, words in _TABLES["unit_columns"].items() for word in words
}
SHORT_WORDS: Meanings = {
    word: short for short, words in _TABLES["short_words"].items() for word in words
}
CONTAINED: Mapping[str, list[str]] = _TABLES["contained"]
NUMBERED: frozenset[str] = frozenset(_TABLES["numbered"]["words"])
NAMES: Mapping[Unsur, list[str]] = {Unsur(key): words for key, words in _TABLES["names"].items()}
HINTS: Mapping[Unsur, list[str]] = {Unsur(key): words for key, words in _TABLES["hints"].items()}


def _general() -> dict[str, int]:
    return {
        f"{degree} {quality}".strip(): int(nilai)
        for nilai, degrees in _TABLES["degrees"].items()
        for degree in degrees
        for quality in _TABLES["qualities"]["words"]
    }


INITIALS: tuple[str, ...] = tuple(_TABLES["initials"]["letters"])
GENERAL: Mapping[str, int] = _general()
"""Label that fits any question → nilai: "sangat puas" is 4."""

BY_UNSUR: Mapping[Unsur, Mapping[str, int]] = {
    Unsur(unsur): {label: int(nilai) for nilai, labels in table.items() for label in labels}
    for unsur, table in _TABLES["labels"].items()
}
"""Labels of the official form that fit one question only."""


def contains(text: str, phrase: str) -> bool:
    """Whether the folded phrase stands in the folded text, as whole words."""
    return f" {phrase} " in f" {text} "


LONGEST = max(word.count(" ") + 1 for word in TOTALS | MEANS)  # words of one of these


def is_total(text: str) -> bool:
    """Whether the first cell of a row says that the row is a sum or a mean: "Jumlah Nilai", "NRR
    per unsur", but not "Jumlahan Baru".
    """
    return _begins(text, TOTALS)


def is_mean(text: str) -> bool:
    """Whether such a row is one of means: "Rata-rata kota"."""
    return _begins(text, MEANS)


def _begins(text: str, words: Collection[str]) -> bool:
    first = folded(text).split(" ", LONGEST)[:LONGEST]
    return any(" ".join(first[:count]) in words for count in range(1, len(first) + 1))
