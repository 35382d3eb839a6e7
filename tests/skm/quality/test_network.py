"""Which responses of a day came from one network, where people usually use their own."""

import numpy as np
import pytest

from skm.quality.network import NetworkShare, from_one_network


def codes(*sizes: int) -> dict[str, str]:
    """Responses from networks of these sizes."""
    each = [f"net{at}" for at, size in enumerate(sizes) for _ in range(size)]
    return {f"R{number}": code for number, code in enumerate(each)}


OWN_PHONES = [NetworkShare(12, 2)] * 10
OFFICE_WIFI = [NetworkShare(12, 11)] * 10


@pytest.mark.parametrize(
    ("sizes", "before", "expected"),
    [
        ((15, 1, 1), OWN_PHONES, 15),
        ((15, 1, 1), OFFICE_WIFI, 0),
        ((20,), OWN_PHONES[:2], 0),  # it may be an office's own network
        ((9,), OWN_PHONES, 0),
        ((4, 3, 2, 2, 1), OWN_PHONES, 0),
        ((), OWN_PHONES, 0),
    ],
)
def test_one_network_is_found_where_the_desk_usually_has_many(
    sizes: tuple[int, ...], before: list[NetworkShare], expected: int
) -> None:
    assert len(from_one_network(codes(*sizes), before)) == expected


def test_the_share_of_a_day_is_that_of_its_most_frequent_network() -> None:
    assert NetworkShare.of(list(codes(2, 5, 1).values())) == NetworkShare(8, 5)
    assert NetworkShare.of([]) == NetworkShare(0, 0)


@pytest.mark.parametrize("usual", [0.2, 0.6, 0.95])
def test_honest_days_are_hardly_ever_found_and_days_of_one_device_are(usual: float) -> None:
    """Days differ in how many use the network of the office."""
    rng, honest, forged = np.random.default_rng(4), 0, 0
    for _ in range(400):
        shares = rng.beta(usual * 32, (1 - usual) * 32, 21)
        counts = [int(rng.binomial(20, share)) for share in shares]
        before = [NetworkShare(20, max(n, 1)) for n in counts[:-1]]
        honest += bool(from_one_network(codes(counts[-1], *[1] * (20 - counts[-1])), before))
        forged += bool(from_one_network(codes(15, *[1] * 3), before))
    assert honest <= 1
    assert usual > 0.5 or forged >= 360
