"""When a message that cannot be processed is given up.

Messengers deliver a message again until it is acknowledged. One that fails by an error of ours is
tried a few times, since the cause may pass, and then recorded as unreadable.
"""

from collections import Counter
from collections.abc import Awaitable, Callable

from skm.privacy.unreadable import UnreadableMessage

MOST = 5  # failures of one message
REMEMBERED = 4096  # messages with failures, before all counts begin again

OnUnreadable = Callable[[UnreadableMessage], Awaitable[None]]


async def ignore(message: UnreadableMessage) -> None:
    """Record nothing: the line in the log is enough."""


class RepeatedFailures:
    """Counts the failures of each message by its id."""

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()

    def add(self, message: str) -> bool:
        """Count one more failure; True once there are too many."""
        if len(self._failed) >= REMEMBERED:
            self._failed.clear()
        self._failed[message] += 1
        return self._failed[message] >= MOST

    def forget(self, message: str) -> None:
        del self._failed[message]
