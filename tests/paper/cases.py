"""Forms to be generated: what kind of pen, hand, photo and quality a number stands for."""

from dataclasses import dataclass

import numpy as np

from tests.paper.camera import ordinary, photo, rough
from tests.paper.filled import BUILT_WITH, HELD_OUT, STYLES, Filled, Hands, filled

ODD = 0.06  # share of items without a mark, with two, faint, corrected, or with a stray dot
SIZES = {BUILT_WITH: (1280, 1280, 1280, 3264), HELD_OUT: (1100, 1280, 1600, 4000)}


@dataclass(frozen=True)
class Case:
    """`number`: the seed, from which everything else follows. `longer`: pixels of the photo's
    longer side, 0 for one of SIZES.
    """

    number: int
    hands: Hands = BUILT_WITH
    odd: float = ODD
    longer: int = 0

    @property
    def style(self) -> str:
        return [*STYLES][self.number % len(STYLES)]

    @property
    def is_ordinary(self) -> bool:
        return self.number // len(STYLES) % 2 == 0

    def made(self) -> tuple[Filled, bytes]:
        """The form and its photo."""
        rng = np.random.default_rng([self.number, self.hands is HELD_OUT])
        form = filled(rng, self.style, odd=self.odd, hands=self.hands)
        conditions = ordinary if self.is_ordinary else rough
        how = conditions(rng, longer=self.longer or int(rng.choice(SIZES[self.hands])))
        return form, photo(form.page, how, rng)
