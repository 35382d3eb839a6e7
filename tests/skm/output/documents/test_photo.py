"""The photo that is kept: small, upright, and nothing of what a phone writes into it."""

import io
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from skm.follow_up.photo import Photo
from skm.output.documents.photo import LONGEST, PhotoError, TooManyPixels, kept
from tests.tools.pictured import jpeg, png, scene

RED, BLUE = (200, 30, 30), (30, 30, 200)


def opened(photo: Photo) -> Image.Image:
    image = Image.open(io.BytesIO(photo.content))
    assert image.format == "JPEG"
    assert image.size == (photo.width, photo.height)
    return image


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def test_where_it_was_taken_and_by_whom_is_gone() -> None:
    sent = jpeg()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    made = opened(kept(sent))
    assert dict(made.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp"} & made.info.keys()
    assert b"Merek" not in kept(sent).content
    assert b"Bu Sri" not in kept(sent).content


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (9000, 500)])
def test_a_large_one_is_made_smaller_and_keeps_its_shape(size: tuple[int, int]) -> None:
    photo = kept(jpeg(*size))
    assert max(photo.width, photo.height) == LONGEST
    assert photo.width / photo.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_small_one_stays_as_large_as_it_is() -> None:
    photo = kept(jpeg(320, 240))
    assert (photo.width, photo.height) == (320, 240)


def test_one_that_was_taken_upright_is_shown_upright() -> None:
    photo = opened(kept(jpeg(640, 480, turned=True)))
    assert photo.size == (480, 640)
    assert near(photo.getpixel((20, 320)), BLUE)
    assert near(photo.getpixel((460, 320)), RED)


def test_what_is_transparent_is_white_paper() -> None:
    assert near(opened(kept(png(clear=True))).getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_are_read(mode: str) -> None:
    image = scene(60, 40)
    out = io.BytesIO()
    image.convert("L").convert("I;16").save(out, "PNG") if mode == "I;16" else image.convert(
        mode
    ).save(out, "PNG")
    assert opened(kept(out.getvalue())).size == (60, 40)


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_jpegs_of_printers_and_scanners_are_read(mode: str) -> None:
    out = io.BytesIO()
    scene(60, 40).convert(mode).save(out, "JPEG")
    assert opened(kept(out.getvalue())).size == (60, 40)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg()[:400],
     png()[:200]],
)  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoError):
        kept(content)


def written(mode: str, size: tuple[int, int], kind: str, **how: Any) -> bytes:
    """A file of one colour, which takes few bytes however large the picture is."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


BOMBS = {
    "a 1-bit PNG": ("1", "PNG", {}),
    "a 16-bit PNG": ("I;16", "PNG", {}),
    "a transparent PNG": ("RGBA", "PNG", {}),
    "a WebP": ("RGB", "WEBP", {"lossless": True}),
    "a progressive JPEG": ("L", "JPEG", {"progressive": True}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_decoded(
    bomb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode, kind, how = BOMBS[bomb]
    content = written(mode, (7745, 7745), kind, **how)
    assert len(content) < 1_000_000
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it was decoded"))
    with pytest.raises(TooManyPixels):
        kept(content)


def test_a_header_that_claims_more_pixels_than_any_camera_takes_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        kept(written("1", (20_000, 20_000), "PNG"))


MEMORY = """
import sys
from pathlib import Path
from PIL import Image, ImageFile
from skm.output.documents.photo import kept

def peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024

Image.init()
content, before = sys.stdin.buffer.read(), peak()
kept(content)
print(peak() - before)
"""
MOST_MEMORY = 200  # MB


@pytest.mark.parametrize(
    ("mode", "side", "kind", "how"),
    [
        ("RGBA", 4000, "PNG", {}),
        ("I;16", 4000, "PNG", {}),
        ("RGBA", 3000, "WEBP", {"lossless": True}),
        ("CMYK", 4000, "JPEG", {"progressive": True}),
        ("RGB", 8000, "JPEG", {}),
    ],
)
def test_the_largest_picture_that_is_accepted_needs_little_memory(
    mode: str, side: int, kind: str, how: dict[str, Any]
) -> None:
    content = written(mode, (side, side), kind, **how)
    run = subprocess.run(
        [sys.executable, "-c", MEMORY], input=content, capture_output=True, check=True
    )
    assert int(run.stdout) < MOST_MEMORY


def test_grey_values_of_16_bits_stay_grey() -> None:
    row = b"".join(value.to_bytes(2, "little") * 20 for value in (0, 128 << 8, 65_535))
    image = Image.frombytes("I;16", (60, 20), row * 20)
    out = io.BytesIO()
    image.save(out, "PNG")
    made = opened(kept(out.getvalue())).convert("L")
    shown = [made.getpixel((20 * column + 10, 10)) for column in range(3)]
    assert shown == pytest.approx([0, 128, 255], abs=3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(kind: str) -> None:
    first, second = (Image.new("RGB", (60, 40), colour) for colour in (RED, BLUE))
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=[second])
    assert near(opened(kept(out.getvalue())).getpixel((30, 20)), RED)


WHOLE = (jpeg(64, 48), png(64, 48))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # it remarks on the damage
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6))))
def test_a_damaged_file_gives_a_photo_or_the_sentence(
    content: bytes, damage: list[tuple[int, bytes]]
) -> None:
    damaged = bytearray(content)
    for at, put in damage:
        at %= len(damaged)
        damaged[at : at + len(put)] = put
    with suppress(PhotoError, TooManyPixels):
        assert kept(bytes(damaged)).content
