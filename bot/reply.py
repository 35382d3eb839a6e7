"""What a person typed, matched to a choice: by number, by label, by its beginning, by a near miss.

Nothing is guessed from a word inside a sentence: "tidak baik" must never count as "Baik".
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.message import Choice

NUMBERS = {
    word: number
    for number, words in enumerate(
        ["satu siji setunggal one", "dua loro kalih two", "tiga telu tiga three",
         "empat papat sekawan four", "lima gangsal five", "enam six", "tujuh seven"], 1
    )
    for word in words.split()
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case, letters and digits, single spaces: '  Sangat sesuai!! 👍' → 'sangat sesuai'."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def match(text: str, options: Sequence[Choice], others: Sequence[Choice]) -> Choice | None:
    """The choice that was meant, or None. Numbers count the options from 1 as shown; the other
    buttons (back, stop …) are only met by name."""
    said = folded(text)
    if not said or len(said) > 80:
        return None
    number = NUMBERS.get(said) or (int(said) if said.isdecimal() and len(said) < 3 else 0)
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
