"""A picture → the forms in it: which one each is, what was measured, and how it looks laid flat."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from skm.paper import layout as layouts
from skm.paper.decide import ItemReading, reading_of
from skm.paper.form_code import FormCode
from skm.paper.layout import Layout, layout_of
from skm.paper.measures import FormMeasures
from skm.survey.instrument import Instrument
from skm.vision.code import code_in, code_of
from skm.vision.flatten import FoundForm, SeveralForms, find_forms
from skm.vision.measure import BoxPlace, Ink, ink_of, measures_of
from skm.vision.pictures import Gray, pictures


class PhotoProblem(StrEnum):
    """Why no form could be read from a picture."""

    NO_FORM = "no_form"  # neither marks nor a QR
    CUT_OFF = "cut_off"  # a QR, but fewer than three corners
    SEVERAL = "several_forms"  # forms beside each other that were cut apart
    NO_CODE = "no_code"  # the QR cannot be read
    OTHER_INSTRUMENT = "other_instrument"  # or a later layout


@dataclass(frozen=True)
class SeenForm:
    """A form that was read. `ink` is the photo itself, laid flat and evenly lit: never stored."""

    code: FormCode
    measures: FormMeasures
    reading: dict[str, ItemReading]
    layout: Layout
    ink: Ink = field(repr=False)
    places: list[BoxPlace] = field(repr=False)


@dataclass(frozen=True)
class UnreadPicture:
    """A picture, or a form in it, that could not be read."""

    problem: PhotoProblem


def forms_in(content: bytes, instrument: Instrument) -> Iterator[SeenForm | UnreadPicture]:
    """The forms of a file, page by page, those of an uncut sheet from the left.

    Raises PictureError for a file that is no picture.
    """
    for picture in pictures(content):
        yield from _in_picture(picture, instrument)


def _in_picture(picture: Gray, instrument: Instrument) -> Iterator[SeenForm | UnreadPicture]:
    try:
        found = find_forms(picture)
    except SeveralForms:
        yield UnreadPicture(PhotoProblem.SEVERAL)
        return
    for one in found:
        yield _read(one, picture, instrument)
    if not found:
        cut = code_in(picture) is not None
        yield UnreadPicture(PhotoProblem.CUT_OFF if cut else PhotoProblem.NO_FORM)


def _read(found: FoundForm, picture: Gray, instrument: Instrument) -> SeenForm | UnreadPicture:
    code = code_of(found, picture)
    if code is None:
        return UnreadPicture(PhotoProblem.NO_CODE)
    wanted = layouts.VERSION, instrument.version.upper()
    if (code.layout, code.instrument) != wanted:
        return UnreadPicture(PhotoProblem.OTHER_INSTRUMENT)
    layout, ink = layout_of(instrument), ink_of(found.flat(picture))
    measures, places = measures_of(ink, layout, found.scale)
    reading = reading_of(measures, layout)
    return SeenForm(code, measures, reading, layout, ink / max(measures.contrast, 0.02), places)
