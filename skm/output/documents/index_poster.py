"""The publication poster: what a unit shows the public of its survey, on one A4 page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from skm.output.charts.palette import BANDS, INK, SHADE, Paint
from skm.output.documents import typesetting

TEMPLATE = Path(__file__).with_suffix(".typ")
PPI = 150


@dataclass(frozen=True)
class BarGroup:
    """One field of the profile: its name, and for each option its name and how many."""

    name: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class IndexPoster:
    """`ikm`, `mutu` and `kinerja` as they are written; without an index only `missing` is said."""

    language: str
    instansi: str
    title: str
    unit: str
    layanan: str
    period: str
    ikm_name: str
    ikm: str
    mutu: str
    kinerja: str
    responden: str
    groups: Sequence[BarGroup]
    note: str
    thanks: str


def poster_pdf(publication: IndexPoster) -> bytes:
    return typesetting.pdf(TEMPLATE, _data(publication))


def poster_png(publication: IndexPoster) -> bytes:
    return typesetting.png(TEMPLATE, _data(publication), ppi=PPI)


def _data(publication: IndexPoster) -> dict[str, object]:
    paints = {band.value: paint for band, paint in BANDS.items()}
    paint = paints.get(publication.mutu, Paint(SHADE, INK))
    return {**asdict(publication), "fill": paint.fill, "ink": paint.ink}
