"""The photo of the demo's follow-up: drawn, so that no file is needed and it shows no person."""

import io
import textwrap
from typing import TYPE_CHECKING

from skm.follow_up.photo import Photo
from skm.output.documents.photo import kept

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIZE = 1200, 900
WALL, FLOOR, WOOD, SEAT, PAPER, INK = (
    "#dfe6dc",
    "#b9a58c",
    "#7a5a3a",
    "#8d6b47",
    "#fbfaf4",
    "#22312b",
)
SEATS = range(90, 1110, 210)  # left edges, in pixels


def drawn(unit: str, note: str) -> Photo:
    """A waiting room with a board on the wall that says what was done."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, WALL)
    room = ImageDraw.Draw(image)
    room.rectangle((0, 700, *SIZE), fill=FLOOR)
    _board(room, unit, note)
    for left in SEATS:
        _seat(room, left)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return kept(out.getvalue())


def _board(room: "ImageDraw", unit: str, note: str) -> None:
    from PIL import ImageFont

    room.rectangle((140, 70, 1060, 560), fill=WOOD)
    room.rectangle((162, 92, 1038, 538), fill=PAPER)
    large, small = ImageFont.load_default(46), ImageFont.load_default(38)
    room.text((200, 120), unit.upper(), INK, large)
    room.line((200, 186, 1000, 186), INK, 3)
    room.multiline_text((200, 216), textwrap.fill(note, 42), INK, small, spacing=16)
    room.text((200, 480), "Gambar contoh", WOOD, small)


def _seat(room: "ImageDraw", left: int) -> None:
    room.rounded_rectangle((left, 600, left + 150, 740), 14, fill=SEAT)
    room.rounded_rectangle((left - 8, 730, left + 158, 770), 10, fill=WOOD)
    for leg in (left + 6, left + 132):
        room.rectangle((leg, 770, leg + 12, 850), fill=INK)
