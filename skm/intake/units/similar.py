"""Units whose names are nearly the same: one letter off, or with one general word more."""

import difflib
from collections.abc import Iterable, Iterator

from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.words import SHORT_WORDS

CLOSE = 0.75  # of difflib's ratio of the only two words that differ
SHORTEST = 4  # letters of a word that may be misspelt

Words = frozenset[str]


class SimilarNames:
    """Finds units by their names without one word, so that a thousand names need no comparison of
    each with each.
    """

    def __init__(self, upps: Iterable[Upp]) -> None:
        self._by_words: dict[Words, list[tuple[str, Words]]] = {}
        for unit in upps:
            words = frozenset(folded(unit.name).split())
            for key in _keys(words):
                self._by_words.setdefault(key, []).append((unit.code, words))

    def __call__(self, name: str) -> tuple[str, ...]:
        """The codes of units whose names are nearly this one."""
        words = frozenset(folded(name).split())
        near = (
            code
            for key in _keys(words)
            for code, other in self._by_words.get(key, ())
            if _are_near(words - other, other - words)
        )
        return tuple(dict.fromkeys(near))


def _keys(words: Words) -> Iterator[Words]:
    yield words
    for word in sorted(words):
        yield words - {word}


def _are_near(own: Words, other: Words) -> bool:
    differing = sorted(own | other)
    if len(own) == len(other) == 1:
        long = all(len(word) >= SHORTEST and word.isalpha() for word in differing)
        ratio = difflib.SequenceMatcher(a=differing[0], b=differing[-1]).ratio()
        return long and ratio >= CLOSE
    return all(SHORT_WORDS.get(word) == "" for word in differing)
