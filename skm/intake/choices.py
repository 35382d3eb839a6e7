"""What an office decides about a file: which column is what, which order, which scale.

The choices stay with the batch, so that it can be explained, and are remembered for the next file
with the same headings. The unit and the day of a whole file are chosen anew for each file.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum

from skm.errors import SkmError
from skm.instansi.find_upp import folded


class QuestionOrder(StrEnum):
    """The order of questions that a file only numbers."""

    FORM = "form"  # the official form's: sarana before pengaduan
    UNSUR = "unsur"  # the regulation's: U1 to U9


class ChoiceError(SkmError):
    """An option that cannot be read; the message says how to write it."""


@dataclass(frozen=True)
class Choices:
    """`columns`: folded heading → role ("" passes it over). `values`: (role, folded text) → what it
    means, with the role "answer" for any question. `recode`: folded answer → nilai. `is_reversed`:
    1 is the best. `scale_is_right`: it was asked and is not. `unit`, `day`: of all rows.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    order: QuestionOrder | None = None
    recode: Mapping[str, int] = field(default_factory=dict)
    is_reversed: bool = False
    scale_is_right: bool = False
    sheet: str | None = None
    header: int | None = None
    unit: str | None = None
    day: date | None = None

    def to_json(self) -> str:
        plain = asdict(self)
        plain["values"] = [[*key, meaning] for key, meaning in sorted(self.values.items())]
        plain["day"] = self.day and self.day.isoformat()
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Choices":
        plain = json.loads(text)
        plain["values"] = {(role, said): meaning for role, said, meaning in plain["values"]}
        plain["order"] = plain["order"] and QuestionOrder(plain["order"])
        plain["day"] = plain["day"] and date.fromisoformat(plain["day"])
        return cls(**plain)

    def over(self, remembered: "Choices") -> "Choices":
        """These choices, and for what they leave open those of an earlier file."""
        return replace(
            remembered,
            columns={**remembered.columns, **self.columns},
            values={**remembered.values, **self.values},
            order=self.order or remembered.order,
            recode=self.recode or remembered.recode,
            is_reversed=self.is_reversed or (remembered.is_reversed and not self.scale_is_right),
            scale_is_right=self.scale_is_right,
            sheet=self.sheet,
            header=self.header,
            unit=self.unit,
            day=self.day,
        )

    @property
    def is_worth_remembering(self) -> bool:
        return bool(self.columns or self.values or self.order or self.recode or self.is_reversed)


def columns_of(options: Iterable[str]) -> dict[str, str]:
    """Of "HEADING=ROLE" texts; raises ChoiceError."""
    return {folded(left): right for left, right in map(_pair, options)}


def values_of(options: Iterable[str]) -> dict[tuple[str, str], str]:
    """Of "COLUMN:TEXT=MEANING" texts; raises ChoiceError."""
    found = {}
    for left, right in map(_pair, options):
        role, colon, said = left.partition(":")
        if not colon:
            raise ChoiceError(f"Write “{left}” as COLUMN:TEXT=MEANING, such as upp:Pusk. 1=PKM1.")
        found[role.strip(), folded(said)] = right
    return found


def recode_of(option: str) -> dict[str, int]:
    """Of "1=1,2=1,3=2,4=3,5=4"; raises ChoiceError."""
    found = {}
    for left, right in map(_pair, filter(None, option.split(","))):
        if right not in ("1", "2", "3", "4"):
            raise ChoiceError(f"“{left}={right}” must lead to 1, 2, 3 or 4, as in 1=1,2=1,3=2.")
        found[folded(left)] = int(right)
    return found


def _pair(option: str) -> tuple[str, str]:
    left, equals, right = option.rpartition("=")
    if not equals or not left.strip():
        raise ChoiceError(f"Write “{option}” with an equals sign: TEXT=MEANING.")
    return left.strip(), right.strip()
