"""Matches what a person typed to a choice: by number, label, beginning of a label, or near miss.

A word inside a sentence never matches: "tidak baik" must not count as "Baik".
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from bot.messaging.message import Choice
from skm.instansi.find_upp import folded


def match(
    text: str, options: Sequence[Choice], others: Sequence[Choice], numbers: Mapping[str, str]
) -> Choice | None:
    """The choice that was meant, or None. A number counts the options from 1 as they are shown;
    the other buttons (back, stop) match by their label only. `numbers`: "satu" → "1".
    """
    said = folded(text)
    if not said or len(said) > 80:
        return None
    digits = numbers.get(said, said)
    number = int(digits) if digits.isdecimal() and len(digits) < 3 else 0
    if number:
        return options[number - 1] if number <= len(options) else None
    labels: dict[str, Choice] = {}
    for choice in (*options, *others):
        for words in filter(None, (folded(choice.label), folded(choice.hint))):
            labels.setdefault(words, choice)
    if said in labels:
        return labels[said]
    return _only(labels[w] for w in labels if len(said) >= 3 and w.startswith(said)) or _only(
        labels[w] for w in difflib.get_close_matches(said, labels, n=2, cutoff=0.88)
    )


def _only(found: Iterable[Choice]) -> Choice | None:
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else None
