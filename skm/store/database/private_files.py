"""Files that only the user who runs the program may read."""

import os


def only_ours(path: str, flags: int) -> int:
    """An `opener` for `open`: a file that is made by it has the mode 0600."""
    return os.open(path, flags, 0o600)
