"""Words for what is asked about a paper form, and for what was read."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.messaging.catalog import Catalog
from bot.paper.reading import NotTaken, ReadOutcome
from skm.paper.sheet import OPEN, SERIAL, PaperSheet, options_of
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class PaperQuestions:
    """`language`: of the official who is asked."""

    catalog: Catalog
    instrument: Instrument
    language: str

    def text(self, sheet: PaperSheet, item: str) -> str:
        """Which form it is, what is asked, and why."""
        serial = sheet.code.serial
        if item == SERIAL:
            return self._say("paper.ask_serial", serial=serial)
        why = self._say(f"paper.why_{sheet.reading[item].question}")
        return self._say("paper.ask_item", serial=serial, item=self.name(item), why=why)

    def name(self, item: str) -> str:
        """The short name of an item, with its number on the form, or of a profile field."""
        if item in self.instrument.fields:
            return self._say(f"profile.{item}.short")
        number = [one.id for one in self.instrument.items].index(item) + 1
        return f"{number}. {self._say(f'{self.instrument.name}.{item}.short')}"

    def options(self, item: str) -> list[tuple[str, str]]:
        """(what is stored, label) of each possible answer."""
        return [(one, self._label(item, one)) for one in options_of(self.instrument, item)]

    def _label(self, item: str, option: str) -> str:
        if item == SERIAL:
            return self._say("paper.other_form")
        if option == OPEN:
            return self._say("button.skip")
        if item in self.instrument.fields:
            return self._say(f"profile.{item}.{option}")
        return f"{'abcd'[int(option) - 1]}. {self._say(f'{self.instrument.name}.{item}.{option}')}"

    def summary(self, clear: int, asked: int) -> str:
        return self._say("paper.summary", total=clear + asked, clear=clear, asked=asked)

    def not_taken(self, found: Iterable[ReadOutcome]) -> list[str]:
        """Why parts of a file were not taken, each reason once, with the pages."""
        pages = dict[str, list[int]]()
        for one in found:
            if isinstance(one, NotTaken):
                pages.setdefault(one.why, []).extend([one.page] if one.page else [])
        return [self._why(why, at) for why, at in pages.items()]

    def _why(self, why: str, pages: list[int]) -> str:
        said = self._say(f"paper.{why}")
        if not pages:
            return said
        return self._say("paper.pages", pages=", ".join(map(str, pages)), why=said)

    def _say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, key, **values)
