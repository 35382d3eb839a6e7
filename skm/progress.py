"""How long-running work reports its progress."""

from collections.abc import Callable

Advance = Callable[[int], None]
"""Called with the number of steps done since the last call."""
