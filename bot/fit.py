"""What fits into a message: as messengers count it, and never cut in the middle of a line."""

from collections.abc import Iterable

CAPTION = 1024  # below a picture: the tightest channel's
TEXT = 4096


def joined(*parts: str) -> str:
    return "\n".join(parts).strip("\n")


def fitted(head: str, lines: Iterable[str], most: int, otherwise: str = "") -> str:
    """As many lines as fit; `otherwise` where not even one does."""
    text, count = head, 0
    for line in lines:
        longer = f"{text}\n{line}"
        if units(longer) > most - 2:
            return f"{text}\n…" if count or not otherwise else otherwise
        text, count = longer, count + 1
    return text


def units(text: str) -> int:
    """Length as messengers count it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    """In one line, with at most so many characters."""
    return clipped(" ".join(text.split()), most)


def clipped(text: str, most: int) -> str:
    """At most so many characters, and where that is not all, it shows."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
