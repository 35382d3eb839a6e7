"""What people may type, from the [typed] tables of the locales.

Words of every language are understood whatever language the reader has chosen. The name of a
meaning ("weekly") is understood as well, since buttons carry it.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from skm.instansi.find_upp import folded
from skm.instansi.period import PeriodKind
from skm.instansi.typed_period import PeriodWords

SECTION = "typed."


class Vocabulary:
    """The words by group ("role") and meaning ("officer"). `texts`: those of each language."""

    def __init__(self, texts: Iterable[Mapping[str, str]]) -> None:
        self._groups: dict[str, dict[str, str]] = {}
        for language in texts:
            for key, words in language.items():
                if key.startswith(SECTION):
                    group, _, meaning = key.removeprefix(SECTION).rpartition(".")
                    known = self._groups.setdefault(group, {})
                    for word in (*words.split(), *([] if meaning.isdecimal() else [meaning])):
                        known.setdefault(folded(word), meaning)

    def meanings(self, group: str) -> Mapping[str, str]:
        """Folded word → meaning: meanings("role")["petugas"] is "officer"."""
        return self._groups[group]

    def means(self, meaning: str, text: str, group: str = "") -> bool:
        """Whether the text is a word for this: means("yes", "ya")."""
        return self._groups[group].get(folded(text)) == meaning

    @cached_property
    def periods(self) -> PeriodWords:
        """What people call periods."""
        return PeriodWords(
            {word: PeriodKind(kind) for word, kind in self.meanings("period").items()},
            {word: int(month) for word, month in self.meanings("month").items()},
            *(self._words(meaning) for meaning in ("filler", "this", "last", "yesterday")),
        )

    def _words(self, meaning: str) -> frozenset[str]:
        return frozenset(word for word, meant in self._groups[""].items() if meant == meaning)
