"""Raw measures of a photographed form: kept with it, so that a decision can be made again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

SECTORS = 12  # of the ring around a box, clockwise from the right


@dataclass(frozen=True)
class BoxMeasure:
    """How much ink a box has: 0 none, 1 as black as print all over.

    `inside`: within the frame, without the letter; `letter`: the middle, where the letter is
    printed; `ring`: of each sector around the box; `frame`: how well the printed frame is seen.
    """

    inside: float
    letter: float
    ring: tuple[float, ...]
    frame: float


@dataclass(frozen=True)
class FormMeasures:
    """`boxes`: by item and option. `contrast`: of print and paper, 0 to 1; `scale`: pixels of the
    picture a millimetre; `words`: the share of the box for words that has ink.
    """

    boxes: Mapping[tuple[str, str], BoxMeasure]
    contrast: float
    scale: float
    words: float = 0.0

    def to_json(self) -> str:
        rows = [
            [item, option, box.inside, box.letter, list(box.ring), box.frame]
            for (item, option), box in self.boxes.items()
        ]
        about = {"contrast": self.contrast, "scale": self.scale, "words": self.words}
        return json.dumps({**about, "boxes": rows}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "FormMeasures":
        data = json.loads(text)
        boxes = {
            (item, option): BoxMeasure(inside, letter, tuple(ring), frame)
            for item, option, inside, letter, ring, frame in data["boxes"]
        }
        return cls(boxes, data["contrast"], data["scale"], data["words"])
