"""The four square marks by which a camera finds a form: ArUco, dictionary 4x4_50.

Forms on the left and on the right of a printed sheet have other marks, so that a sheet that was
scanned uncut is read as two forms. Source of the patterns: Garrido-Jurado et al. 2014, as numbered
by OpenCV.
"""

PATTERNS = (
    ("1011", "0101", "0011", "0010"),
    ("0000", "1111", "1001", "1010"),
    ("0011", "0011", "0010", "1101"),
    ("1001", "1001", "0100", "0110"),
    ("0101", "0100", "1001", "1110"),
    ("0111", "1001", "1100", "1101"),
    ("1001", "1110", "0010", "1110"),
    ("1100", "0100", "1111", "0010"),
)
"""By number; rows from the top, 1: white. A black border one cell wide surrounds them."""

CELLS = 6  # along a side, with the border
SIDES = 2  # of a sheet


def number_of(side: int, corner: int) -> int:
    """The mark's number. `side`: 0 left, 1 right. `corner`: clockwise from the top left."""
    return 4 * side + corner


def place_of(number: int) -> tuple[int, int] | None:
    """(side, corner) of a mark; None for a mark that no form has."""
    return divmod(number, 4) if 0 <= number < len(PATTERNS) else None
