"""Whatever comes: properties over everything that people and programs may send us.

`make fuzz` tries many times as much as the suite does.
"""

from hypothesis import HealthCheck, settings

HARDER = settings.default.max_examples // 100 if settings.default else 1


def tried(examples: int) -> settings:
    """So many examples in the suite, and a multiple of that in `make fuzz`."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return settings(max_examples=examples * HARDER, deadline=None, suppress_health_check=slow)
