"""How many examples a property test tries: fewer with --quick, many more in `make fuzz`."""

from collections.abc import Sequence

from hypothesis import HealthCheck, settings


def examples(
    count: int, *, allow: Sequence[HealthCheck] = (), stateful_step_count: int = 50
) -> settings:
    """Hypothesis settings for `count` examples, scaled by the profile that tests/conftest.py loads.

    `allow`: health checks that the test may fail.
    """
    assert settings.default
    return settings(
        max_examples=max(1, count * settings.default.max_examples // 100),
        suppress_health_check=allow,
        stateful_step_count=stateful_step_count,
    )
