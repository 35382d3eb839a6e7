"""Property tests over everything that users and programs can send: `make fuzz` tries more of it."""

from hypothesis import HealthCheck, settings

from tests.tools.examples import examples


def tried(count: int) -> settings:
    """So many examples, also slow and large ones."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return examples(count, allow=slow)
