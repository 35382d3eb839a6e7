"""The marks on a paper form."""

import cv2

from skm.paper.marks import CELLS, PATTERNS, number_of, place_of


def test_the_patterns_are_those_that_opencv_knows() -> None:
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, rows in enumerate(PATTERNS):
        cells = known.generateImageMarker(number, CELLS)[1:-1, 1:-1]
        assert rows == tuple("".join("1" if cell else "0" for cell in row) for row in cells)


def test_a_number_names_a_side_and_a_corner() -> None:
    for side in (0, 1):
        for corner in range(4):
            assert place_of(number_of(side, corner)) == (side, corner)
    assert place_of(8) is None
