"""Forms that were filled by seeded pens, with what each answer really is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pypdfium2

from bot.documents.paper_forms import PaperForms
from bot.messaging.catalog import Catalog
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.paper.layout import WIDTH, layout_of
from tests.paper import pens
from tests.paper.pens import DOTS, Mark, Page, Pen
from tests.skm.survey.test_instrument import SKM9

LAYOUT = layout_of(SKM9)
SERIAL = "7H2KQ4M"
STYLES: Mapping[str, tuple[Mark, ...]] = {
    "cross": (pens.cross,) * 12 + (pens.slash,),
    "tick": (pens.tick,),
    "fill": (pens.fill,),
    "circle": (pens.circle,) * 7 + (pens.letter_circle,) * 2 + (pens.words_circle,),
}


@dataclass(frozen=True)
class Filled:
    """`answers`: what was marked; None where nothing or nothing certain was, so that a reader must
    ask or leave a profile field open. `odd`: the items that were marked in an unusual way.
    """

    page: Page
    style: str
    answers: Mapping[str, str | None]
    odd: frozenset[str]


@dataclass(frozen=True)
class Hands:
    """From where to where pens and hands differ: in mm, and in shares of the paper's light."""

    width: tuple[float, float] = (0.35, 0.8)
    dark: tuple[float, float] = (0.5, 0.92)
    shake: tuple[float, float] = (0.03, 0.14)
    aim: tuple[float, float] = (0.25, 0.4)
    language: str = "id"


BUILT_WITH = Hands()
HELD_OUT = Hands((0.28, 1.0), (0.42, 0.98), (0.02, 0.2), (0.15, 0.5), "jv")
"""Parameters that were not looked at while the thresholds were set."""


@cache
def blank(side: int, language: str) -> Page:
    """An empty form in grey."""
    made = PaperForms(Catalog.load(), SKM9, language).pdf(
        Collector("PAJANG", "PKM", "Pendaftaran", "Loket 1"),
        Upp("PKM", "Puskesmas Pajang"),
        [SERIAL, SERIAL],
    )
    [page] = pypdfium2.PdfDocument(made)
    sheet = np.asarray(page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L"))
    left = round(side * WIDTH * DOTS)
    return np.ascontiguousarray(sheet[:, left : left + round(WIDTH * DOTS)])


def filled(
    rng: np.random.Generator, style: str, *, odd: float, hands: Hands = BUILT_WITH
) -> Filled:
    """A form in one style of marking. `odd`: the share of items that are marked unusually."""
    page = blank(int(rng.integers(2)), hands.language).copy()
    width, dark, shake, aim = (
        float(rng.uniform(*span)) for span in (hands.width, hands.dark, hands.shake, hands.aim)
    )
    pen, layout = Pen(page, rng, width, dark, shake, aim), LAYOUT
    answers: dict[str, str | None] = {}
    strange: set[str] = set()
    for item in [*layout.questions, *layout.fields]:
        boxes = layout.of(item)
        chosen = boxes[int(rng.integers(len(boxes)))]
        others = [box for box in boxes if box is not chosen]
        other = others[int(rng.integers(len(others)))]
        mark = STYLES[style][int(rng.integers(len(STYLES[style])))]
        answers[item] = chosen.option
        if item in layout.fields and rng.random() < 0.15:
            answers[item] = None
        elif rng.random() >= odd:
            mark(pen, chosen.rect)
        else:
            strange.add(item)
            match int(rng.integers(7)):
                case 0:
                    answers[item] = None
                case 1:
                    mark(pen, chosen.rect)
                    mark(pen, other.rect)
                    answers[item] = None
                case 2:
                    pens.faint(pen, chosen.rect)
                case 3 if style != "fill":
                    mark(pen, other.rect)
                    pens.black_out(pen, other.rect)
                    mark(pen, chosen.rect)
                case 4 if style == "circle":
                    pens.crossed_through(pen, other.rect)
                    mark(pen, chosen.rect)
                case 5:
                    mark(pen, chosen.rect)
                    pens.dot(pen, other.rect)
                case _:
                    mark(pen, other.rect)
                    pens.black_out(pen, other.rect)
                    answers[item] = None
    return Filled(page, style, answers, frozenset(strange))
