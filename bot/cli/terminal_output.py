"""Lines that a command prints: results on the standard output, remarks on the standard error."""

import re
import sys
from collections.abc import Sequence

MAX_PROBLEMS = 50  # listed; the rest is counted

# Characters that a terminal interprets: control characters, and marks that turn the direction of
# a line. Line feed and tab are allowed.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def say(text: str) -> None:
    """Prints a result to the standard output."""
    print(plain(text))


def note(text: str) -> None:
    """Prints a remark to the standard error."""
    print(plain(text), file=sys.stderr)


def plain(text: str) -> str:
    """The text with every character that a terminal interprets replaced by U+FFFD."""
    return CONTROL.sub("�", text)


def list_problems(problems: Sequence[object]) -> None:
    """Prints each problem on a line of the standard error, at most MAX_PROBLEMS of them."""
    for problem in problems[:MAX_PROBLEMS]:
        note(str(problem))
    if len(problems) > MAX_PROBLEMS:
        note(f"… and {len(problems) - MAX_PROBLEMS:,} more.")
