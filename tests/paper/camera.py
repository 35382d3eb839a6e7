"""A camera model: a form on a desk, photographed with a phone, and what a messenger makes of it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tests.paper.pens import DOTS, Page

Light = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Conditions:
    """How a photo is taken. `longer`: pixels of its longer side; `tilt` and `turn` in degrees;
    `blur` and `noise` in pixels and grey levels of the photo; `gain`: how bright, 1 well lit;
    `shadow`: the share of light that a shadow takes; `crease` in mm of paper that it moves.
    """

    longer: int = 1280
    tilt: float = 0
    turn: float = 0
    blur: float = 0.5
    motion: float = 0
    noise: float = 2
    gain: float = 1
    shadow: float = 0
    crease: float = 0
    thumb: bool = False
    copied: bool = False
    jpeg: int = 80


def ordinary(rng: np.random.Generator, *, longer: int) -> Conditions:
    """A photo as most officers take it."""
    return Conditions(
        longer=longer,
        tilt=float(rng.uniform(0, 12)),
        turn=float(rng.choice([0, 0, 0, 90, 180, 270]) + rng.normal(0, 4)),
        blur=float(rng.uniform(0.3, 0.8)),
        noise=float(rng.uniform(1, 4)),
        gain=float(rng.uniform(0.7, 1)),
        shadow=float(rng.uniform(0, 0.3)),
        jpeg=int(rng.integers(60, 91)),
    )


def rough(rng: np.random.Generator, *, longer: int) -> Conditions:
    """Tilted, turned, dim, blurred, shaded, creased, with a thumb, or a photocopy."""
    return Conditions(
        longer=longer,
        tilt=float(rng.uniform(5, 25)),
        turn=float(rng.uniform(0, 360)),
        blur=float(rng.uniform(0.5, 1.6)) * longer / 1280,
        motion=float(rng.choice([0, 0, rng.uniform(1, 3)])) * longer / 1280,
        noise=float(rng.uniform(2, 9)),
        gain=float(rng.uniform(0.3, 1)),
        shadow=float(rng.uniform(0, 0.6)),
        crease=float(rng.choice([0, rng.uniform(0.2, 0.9)])),
        thumb=bool(rng.random() < 0.25),
        copied=bool(rng.random() < 0.25),
        jpeg=int(rng.integers(40, 91)),
    )


def photo(page: Page, how: Conditions, rng: np.random.Generator) -> bytes:
    """The photo of a form as a JPEG."""
    paper = _photocopied(page, rng) if how.copied else page
    paper = _creased(paper, how.crease, rng) if how.crease else paper
    size = (how.longer * 3 // 4, how.longer)
    scene = _on_desk(paper, how, size, rng)
    light = scene.astype(np.float32) * (_light(scene.shape, how.shadow, rng) * how.gain)
    if how.thumb:
        light = _with_thumb(light, how, rng)
    if how.blur:
        light = cv2.GaussianBlur(light, (0, 0), how.blur)
    if how.motion:
        light = cv2.filter2D(light, -1, _motion(how.motion, rng))
    light += how.noise * _noise(light.shape, rng)
    grey = np.clip(light, 0, 255).astype(np.uint8)
    done, jpeg = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, how.jpeg])
    assert done
    return jpeg.tobytes()


def _noise(size: tuple[int, int], rng: np.random.Generator) -> Light:
    """Standard normal; of a large picture it repeats after 1024 pixels, which saves time."""
    tile = rng.standard_normal((min(size[0], 1024), min(size[1], 1024)), np.float32)
    return np.tile(tile, (size[0] // 1024 + 1, size[1] // 1024 + 1))[: size[0], : size[1]]


def _photocopied(page: Page, rng: np.random.Generator) -> Page:
    """Coarser, with harder contrast, specks, and printed at 94 %."""
    soft = cv2.GaussianBlur(page, (0, 0), 1.2).astype(np.float32)
    hard = np.clip((soft - 128) * rng.uniform(1.4, 2.2) + rng.uniform(110, 150), 0, 255)
    specks = rng.random(page.shape) < 0.00006
    hard[cv2.dilate(specks.astype(np.uint8), np.ones((3, 3))) > 0] = 40
    scaled = np.array([[0.94, 0, page.shape[1] * 0.03], [0, 0.94, page.shape[0] * 0.03]])
    size = page.shape[1], page.shape[0]
    return np.asarray(cv2.warpAffine(hard, scaled, size, borderValue=245.0), np.float32).astype(
        np.uint8
    )


def _creased(page: Page, far: float, rng: np.random.Generator) -> Page:
    """Folded once: one half leans, so its print moves by up to `far` mm and its light changes."""
    high, wide = page.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    along = y if rng.random() < 0.6 else x
    length = float(along.max())
    fold = float(rng.uniform(0.3, 0.7)) * length
    lean = np.maximum(along - fold, 0) / (length - fold)
    push = (lean * (1 - lean) * 4 * far * DOTS).astype(np.float32)
    bent = cv2.remap(page, x + push * 0.5, y + push, cv2.INTER_LINEAR, borderValue=255.0)
    shade = 1 - 0.12 * (along > fold) - 0.25 * np.exp(-(((along - fold) / (0.4 * DOTS)) ** 2))
    return np.asarray(bent * shade, np.float32).astype(np.uint8)


def _on_desk(
    page: Page, how: Conditions, size: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """The page on a desk, seen from an angle; the whole page is in the picture."""
    high, wide = page.shape
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float64)
    seen = _seen(corners - (wide / 2, high / 2), how, high, float(rng.uniform(0, 2 * np.pi)))
    span = seen.max(axis=0) - seen.min(axis=0)
    if (span[0] > span[1]) != (size[1] > size[0]):
        size = size[::-1]
    room = np.array(size[::-1]) * rng.uniform(0.86, 0.96)
    scale = (room / span).min()
    middle = (seen.max(axis=0) + seen.min(axis=0)) / 2
    there = (seen - middle) * scale + np.array(size[::-1]) / 2
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), there.astype(np.float32))
    desk = _desk(size, rng)
    step = 1 / scale
    source = cv2.GaussianBlur(page, (0, 0), 0.4 * step) if step > 1.3 else page
    flags = cv2.INTER_LINEAR
    laid = cv2.warpPerspective(source, homography, size[::-1], flags=flags)
    cover = cv2.warpPerspective(np.full_like(page, 255), homography, size[::-1])
    mixed = desk + (laid.astype(np.float32) - desk) * (cover.astype(np.float32) / 255)
    return np.asarray(mixed.astype(np.uint8))


def _seen(
    corners: npt.NDArray[np.float64], how: Conditions, high: int, lean: float
) -> npt.NDArray[np.float64]:
    """Where a pinhole camera 1.6 page heights above sees these points of the page."""
    turn, tilt, far = np.radians(how.turn), np.radians(how.tilt), 1.6 * high
    axis = np.array([np.cos(lean), np.sin(lean)])
    along = corners @ axis
    across = corners @ np.array([-axis[1], axis[0]])
    depth = far + across * np.sin(tilt)
    flat = np.outer(along, axis) + np.outer(across * np.cos(tilt), [-axis[1], axis[0]])
    flat = flat * (far / depth)[:, None]
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(flat @ spin, np.float64)


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Light:
    """Wood, cloth or a light table: uneven, brighter or darker than paper's shadow."""
    coarse = rng.uniform(-1, 1, (size[0] // 40 + 2, size[1] // 8 + 2)).astype(np.float32)
    grain = cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(float(rng.uniform(40, 190)) + 18 * grain, np.float32)


def _light(size: tuple[int, int], shadow: float, rng: np.random.Generator) -> Light:
    """How bright each place is lit, 1 fully: smooth, so it is computed in a smaller picture."""
    high, wide = size[0] // 4, size[1] // 4
    light = 1 - 0.25 * (_slope(high, wide, rng) + 0.7) * float(rng.uniform(0, 1))
    if shadow:
        where, soft = float(rng.uniform(-0.2, 0.4)), float(rng.uniform(0.01, 0.06))
        edge = np.clip((where - _slope(high, wide, rng)) / soft, -30, 30)
        light *= 1 - shadow / (1 + np.exp(edge))
    return np.asarray(cv2.resize(light, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _slope(high: int, wide: int, rng: np.random.Generator) -> Light:
    """A plane that rises in some direction, 0 in the middle and at most 0.71."""
    angle = float(rng.uniform(0, 2 * np.pi))
    x = np.linspace(-0.5, 0.5, wide, dtype=np.float32)[None, :] * np.float32(np.cos(angle))
    y = np.linspace(-0.5, 0.5, high, dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    return x + y


def _with_thumb(light: Light, how: Conditions, rng: np.random.Generator) -> Light:
    """A thumb that holds the paper at a corner of the picture."""
    high, wide = light.shape
    x = float(rng.choice([0.05, 0.95])) * wide
    y = float(rng.choice([0.06, 0.94])) * high
    thumb = np.zeros(light.shape, np.uint8)
    size = round(0.09 * max(high, wide)), round(0.05 * max(high, wide))
    cv2.ellipse(thumb, (round(x), round(y)), size, float(rng.uniform(20, 70)), 0, 360, 255, -1)
    soft = cv2.GaussianBlur(thumb, (0, 0), 2).astype(np.float32) / 255
    skin = float(rng.uniform(80, 170)) * how.gain
    return np.asarray(light * (1 - soft) + skin * soft, np.float32)


def _motion(far: float, rng: np.random.Generator) -> Light:
    size = 2 * round(far) + 3
    kernel = np.zeros((size, size), np.float32)
    angle, middle = rng.uniform(0, np.pi), size // 2
    end = np.array([np.cos(angle), np.sin(angle)]) * far / 2
    first, last = (np.round(middle + side * end).astype(int).tolist() for side in (-1, 1))
    cv2.line(kernel, first, last, 1.0, 1)
    return np.asarray(kernel / kernel.sum(), np.float32)
