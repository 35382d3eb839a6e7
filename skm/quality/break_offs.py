"""Where in the questionnaire respondents broke off, as far as it may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from skm.privacy.small_groups import is_small
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class BreakOffs:
    """The visits of a unit that were closed in a period; make one with `of`.

    `instrument`: the one asked now. `by_item`: item id → visits that broke off at this item.
    `complete`: visits with all items answered.
    """

    instrument: Instrument
    by_item: Mapping[str, int]
    complete: int

    @classmethod
    def of(
        cls, instrument: Instrument, by_item: Mapping[str, int], complete: int
    ) -> "BreakOffs | None":
        """None where nobody broke off, or so few that it may not be shown."""
        found = cls(instrument, by_item, complete)
        return found if found.total and not is_small(found.total) else None

    @property
    def total(self) -> int:
        return sum(self.by_item.values())

    @property
    def most(self) -> str:
        """The unsur of the item at which most broke off; see `unsur`."""
        return self.unsur(max(self.by_item, key=lambda item: self.by_item[item]))

    def unsur(self, item: str) -> str:
        """The unsur of an item; the item's own id if the present instrument does not have it."""
        return self.instrument.by_id[item].unsur if item in self.instrument.by_id else item

    def remaining(self) -> list[tuple[str, int]]:
        """(unsur, visits that went on after its item), in the order of the questionnaire.

        Items are left out until at least five visits have ended since the item before; a smaller
        number at the end is added to the last one.
        """
        began = self.complete + self.total
        found, before, left = list[tuple[str, int]](), began, began
        order = {item: number for number, item in enumerate(self.instrument.by_id)}
        for item in sorted(self.by_item, key=lambda item: (order.get(item, len(order)), item)):
            left -= self.by_item[item]
            if before > left and not is_small(before - left):
                found.append((self.unsur(item), left))
                before = left
        if found and before != left:
            found[-1] = found[-1][0], left
        return found
