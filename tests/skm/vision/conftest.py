"""A filled form, made once for all tests of this folder."""

import numpy as np
import pytest

from tests.paper.filled import Filled, filled


@pytest.fixture(scope="session")
def form() -> Filled:
    """A form with crosses, nothing unusual on it."""
    return filled(np.random.default_rng(7), "cross", odd=0)
