"""A clock for intervals: it cannot be set, and it counts the time that the machine sleeps."""

import time

_BOOT_TIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux has the first one


def boot_time() -> float:
    """Seconds since the machine was started; without its sleep where the system cannot tell."""
    return time.clock_gettime(_BOOT_TIME)
