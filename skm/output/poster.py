"""The publication poster: what a unit shows the public of its survey, on one A4 page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from skm.output import typesetting
from skm.output.palette import BANDS, Paint

TEMPLATE = Path(__file__).with_name("poster.typ")
PPI = 150


@dataclass(frozen=True)
class Group:
    """One field of the profile: its name, and for each option its name and how many."""

    name: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Publication:
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
    groups: Sequence[Group]
    note: str
    thanks: str


def poster_pdf(publication: Publication) -> bytes:
    return typesetting.pdf(TEMPLATE, _data(publication))


def poster_png(publication: Publication) -> bytes:
    return typesetting.png(TEMPLATE, _data(publication), ppi=PPI)


def _data(publication: Publication) -> dict[str, object]:
    paints = {band.value: paint for band, paint in BANDS.items()}
    paint = paints.get(publication.mutu, Paint("#e9eef0", "#14262c"))
    return {**asdict(publication), "fill": paint.fill, "ink": paint.ink}
