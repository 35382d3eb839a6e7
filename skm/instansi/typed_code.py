"""Collector codes in what people type, paste or scan: "_PAJANG_", "PAJ ANG", "PAJANG.", a URL.

A code and the secret of a visit ticket have 4 to 12 letters and digits each: CODE or CODE-TICKET.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

READ = 400  # characters of a text that are read
MOST = 20  # possible codes of a text
LONGEST_SPLIT = 6  # words that may be one code with spaces or marks in it

PART = re.compile(r"[0-9A-Za-z]{4,12}")
WORD = re.compile(r"[0-9A-Za-z]+")
LINKED = re.compile(r"(?:/s/|[?&]start=|\bKode: ?|\bCode: ?)([0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?")
HYPHENED = re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?![0-9A-Za-z])")

Typed = tuple[str, str]
"""(code, ticket) in upper case; ticket "" without one."""


def typed_codes(text: str) -> list[Typed]:
    """What may be a collector's code in the text, the likeliest first, each once."""
    plain = _plain(text)
    found = dict.fromkeys((*_linked(plain), *_split(plain), *_words(plain)))
    return list(islice((one for one in found if _is_possible(*one)), MOST))


def squeezed(text: str) -> str:
    """A code or ticket without the spaces and marks in it, in upper case; "" if it is none."""
    whole = "".join(WORD.findall(_plain(text))).upper()
    return whole if PART.fullmatch(whole) else ""


def _plain(text: str) -> str:
    """With full-width letters made narrow, and without invisible characters."""
    narrow = unicodedata.normalize("NFKC", text[:READ])
    return "".join(c for c in narrow if unicodedata.category(c) != "Cf")


def _linked(text: str) -> Iterator[Typed]:
    """The code of a link or of a prefilled message."""
    for found in LINKED.finditer(text):
        yield found[1].upper(), (found[2] or "").upper()


def _split(text: str) -> Iterator[Typed]:
    """The whole of a short text as a code with marks in it, then as a code and a ticket."""
    words = [word.upper() for word in WORD.findall(text)]
    if len(words) <= LONGEST_SPLIT:
        for end in range(len(words), 0, -1):
            yield "".join(words[:end]), "".join(words[end:])


def _words(text: str) -> Iterator[Typed]:
    """Each word, the last one first."""
    for found in reversed(list(HYPHENED.finditer(text))):
        yield found[1].upper(), (found[2] or "").upper()


def _is_possible(code: str, ticket: str) -> bool:
    return bool(PART.fullmatch(code) and (not ticket or PART.fullmatch(ticket)))
