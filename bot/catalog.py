"""Every word a person reads, from locales/*.toml: look up, fill, fall back to the source language.

Values that are numbers or dates are written as the language writes them, through Babel.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parent.parent / "locales"
SOURCE = "id"
DIGITS = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "#,##0.000"}

Words = Mapping[str, str]


@dataclass(frozen=True)
class Catalog:
    """The words of all languages: language → section → key → text."""

    sections: Mapping[str, Mapping[str, Words]]

    @classmethod
    def load(cls, overlay: Path | None = None, folder: Path = LOCALES) -> "Catalog":
        """The shipped words; tables of an `overlay` folder are laid over those of its language."""
        sections = {}
        for path in sorted(folder.glob("*.toml")):
            words = tomllib.loads(path.read_text(encoding="utf-8"))
            own = overlay / path.name if overlay else None
            if own and own.is_file():
                words = _laid_over(words, tomllib.loads(own.read_text(encoding="utf-8")))
            sections[path.stem] = dict(_flat(words))
        return cls(sections)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """ISO codes, the source language first."""
        return tuple(sorted(self.sections, key=lambda code: (code != SOURCE, code)))

    def table(self, language: str, section: str) -> Words:
        """All words of a section, such as "skm9.U3"; what is missing comes from the source."""
        source = self.sections[SOURCE].get(section, {})
        own = self.sections.get(language, {}).get(section, {})
        return {**source, **own} if own is not source else source

    def say(self, language: str, key: str, **values: object) -> str:
        """The text of "section.key" with its placeholders filled; KeyError if there is none."""
        section, _, name = key.rpartition(".")
        own = self.sections.get(language, {}).get(section, {})
        text = own[name] if name in own else self.sections[SOURCE][section][name]
        if not values:
            return text
        return text.format_map({k: self.written(language, v) for k, v in values.items()})

    def has(self, key: str) -> bool:
        section, _, name = key.rpartition(".")
        return name in self.sections[SOURCE].get(section, {})

    def written(self, language: str, value: object) -> str:
        """A value as the language writes it: 86,34; 1.360; 23 November 2026."""
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(language, value)
        if isinstance(value, Decimal):
            places = -int(value.as_tuple().exponent)
            return self.number(language, value, max(places, 0))
        if isinstance(value, date):
            return self.day(language, value)
        return str(value)

    def number(self, language: str, value: int | Decimal, places: int = 0) -> str:
        """With `places` digits after the comma and the thousands marked."""
        from babel.numbers import format_decimal

        return format_decimal(value, format=DIGITS[places], locale=language)

    def day(self, language: str, day: date) -> str:
        """A day in full; of a moment only its day, as it stands."""
        from babel.dates import format_date

        plain = day.date() if isinstance(day, datetime) else day
        return format_date(plain, format="d MMMM y", locale=language)


def _flat(words: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Words]]:
    """Nested tables as sections with dotted names."""
    own = {key: text for key, text in words.items() if not isinstance(text, Mapping)}
    found: list[tuple[str, Words]] = [(prefix, own)] if own else []
    for key, inner in words.items():
        if isinstance(inner, Mapping):
            found += _flat(inner, f"{prefix}.{key}" if prefix else key)
    return found


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _laid_over(below, value) if both else value  # type: ignore[arg-type]
    return merged
