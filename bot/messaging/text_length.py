"""Lengths of messages as Telegram and WhatsApp count them, and cutting a text to a length.

Both count UTF-16 code units: "é" is one, "👍" is two. A text is cut between lines where possible.
"""

from collections.abc import Iterable

CAPTION = 1024  # units of a text below a picture, the least that a channel allows
TEXT = 4096


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def joined(*lines: str) -> str:
    """The lines as one text, without empty ones at its beginning and end."""
    return "\n".join(lines).strip("\n")


def fitting(lines: Iterable[str], most: int) -> list[str]:
    """As many of the first lines as fit into `most` units together."""
    kept, room = list[str](), most + 1
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def pages(lines: Iterable[str], most: int = TEXT) -> list[str]:
    """All lines, in as few texts of at most `most` units as they need; a longer line is cut."""
    found = [""]
    for line in lines:
        more = joined(found[-1], line)
        if units(more) <= most:
            found[-1] = more
        else:
            found.append(whole_lines(line, most))
    return found


def fitted(head: str, lines: Iterable[str], most: int, otherwise: str = "") -> str:
    """The head and as many lines as fit, then "…" if that is not all.

    `otherwise`: returned instead if not even one line fits.
    """
    all_lines = [head, *lines]
    kept = fitting(all_lines, most - 2) or [head]
    if len(kept) == len(all_lines):
        return "\n".join(kept)
    return otherwise if otherwise and len(kept) == 1 else "\n".join([*kept, "…"])


def whole_lines(text: str, most: int) -> str:
    """As many whole lines as fit, then "…"; a first line that is too long is cut itself."""
    if units(text) <= most:
        return text
    kept = fitting(text.split("\n"), most - 2)
    if any(line.strip() for line in kept):
        return "\n".join([*kept, "…"])
    encoded = text.strip().encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)]
    return encoded.decode("utf-16-le", "ignore") + "…"


def pages_of(paragraphs: Iterable[str], most: int) -> list[str]:
    """The paragraphs as few texts of at most `most` units; nothing is left out. A paragraph that is
    too long for one text is divided.
    """
    pages = [""]
    for paragraph in paragraphs:
        for part in _divided(paragraph, most):
            longer = joined(pages[-1], "", part)
            if units(longer) <= most:
                pages[-1] = longer
            else:
                pages.append(part)
    return pages


def _divided(text: str, most: int) -> list[str]:
    """Pieces of a text that fit. A character has one or two units."""
    if units(text) <= most:
        return [text]
    return [text[at : at + most // 2] for at in range(0, len(text), most // 2)]


def one_line(text: str, most: int) -> str:
    """The text in one line, clipped."""
    return clipped(" ".join(text.split()), most)


def clipped(text: str, most: int) -> str:
    """At most so many characters, ending in "…" if that is not all."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
