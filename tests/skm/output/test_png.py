"""PNG: another reader finds the same pixels, and nothing else."""

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skm.output.png import png


@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([3, 4]), st.integers(0, 2**32 - 1))
def test_every_pixel_comes_back(height: int, width: int, channels: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    picture = Image.open(io.BytesIO(png(values)))
    picture.verify()  # every checksum
    again = np.asarray(Image.open(io.BytesIO(png(values))))
    assert (again == values[:, :, :3]).all()
    assert picture.info == {}
