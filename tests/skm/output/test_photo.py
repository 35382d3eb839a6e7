"""The photo that is kept: small, upright, and nothing of what a phone writes into it."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skm.output.photo import LONGEST, PhotoError, kept
from skm.photo import Photo
from tests.pictured import jpeg, png, scene

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


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(PhotoError):
        kept(out.getvalue())


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
    with suppress(PhotoError):
        assert kept(bytes(damaged)).content
