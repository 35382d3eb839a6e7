"""The questionnaire as data: items that name their unsur, options that carry a nilai 1–4.

An instrument holds no words: those are in the locales under the instrument's name. A change of its
items or its words makes a new version, because figures of two wordings are not one series.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from skm.errors import SkmError
from skm.survey.unsur import Unsur

NILAI = (1, 2, 3, 4)
MOST_ITEMS = 6  # of an unsur, so that the mean of a response is an exact integer in a tally


class InstrumentError(SkmError):
    """An instrument file that cannot be used; the message says what to change in it."""


@dataclass(frozen=True)
class Item:
    """One question. `id` is unique in the instrument; several items may share an unsur."""

    id: str
    unsur: Unsur


@dataclass(frozen=True)
class Field:
    """One question about the respondent, always skippable; options are keys, not words."""

    id: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """A versioned questionnaire. Items are asked in their order here, the official form's."""

    name: str
    version: str
    items: tuple[Item, ...]
    profile: tuple[Field, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {field.id: field for field in self.profile}

    def by_unsur(self, answers: Mapping[str, int]) -> dict[Unsur, list[int]]:
        """The answers (item id → nilai) grouped by unsur: what a tally counts."""
        grouped: dict[Unsur, list[int]] = {unsur: [] for unsur in Unsur}
        for item in self.items:
            if item.id in answers:
                grouped[item.unsur].append(answers[item.id])
        return grouped

    @classmethod
    def parse(cls, text: str) -> "Instrument":
        """The instrument of a TOML file's text. Raises InstrumentError."""
        try:
            data = tomllib.loads(text)
            instrument = cls(
                name=data["name"],
                version=data["version"],
                items=tuple(Item(row["id"], Unsur(row["unsur"])) for row in data["items"]),
                profile=tuple(
                    Field(row["id"], tuple(row["options"])) for row in data.get("profile", ())
                ),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise InstrumentError(
                f"The instrument file is not usable ({error}): it needs name, version and items,"
                " each item with an id and an unsur U1 to U9."
            ) from error
        instrument._check()
        return instrument

    def _check(self) -> None:
        ids = [item.id for item in self.items] + [field.id for field in self.profile]
        doubled = sorted({key for key in ids if ids.count(key) > 1})
        if doubled:
            raise InstrumentError(f"Give each item its own id: {', '.join(doubled)} stands twice.")
        bad = [key for key in ids if not (key.isascii() and key.isalnum() and len(key) <= 12)]
        if bad:
            raise InstrumentError(
                f"Item ids are up to 12 letters and digits; change {', '.join(bad)}."
            )
        measured = [item.unsur for item in self.items]
        missing = [unsur for unsur in Unsur if unsur not in measured]
        if missing:
            raise InstrumentError(
                f"Add an item for {', '.join(missing)}: the index needs all nine unsur."
            )
        if crowded := [unsur for unsur in Unsur if measured.count(unsur) > MOST_ITEMS]:
            raise InstrumentError(f"Use at most six items for {crowded[0]}.")
