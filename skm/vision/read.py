"""A picture → the forms in it: which one each is, what was measured, and how it looks laid flat."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

import cv2
import numpy as np

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

PAPER = 170  # brightness of paper in a scan or a well-lit photo, at least
FADED = 0.8  # of it: nothing on an empty page is darker


class PhotoProblem(StrEnum):
    """Why no form could be read from a picture."""

    BLANK = "blank"  # paper with nothing on it, as the back of a form that was scanned with it
    NO_FORM = "no_form"  # neither marks nor a QR
    CUT_OFF = "cut_off"  # a QR, but fewer than three corners
    SEVERAL = "several_forms"  # forms beside each other that were cut apart
    NO_CODE = "no_code"  # the QR cannot be read
    OTHER_INSTRUMENT = "other_instrument"  # or a later layout


@dataclass(frozen=True)
class SeenForm:
    """A form that was read. `ink` is the photo itself, laid flat and evenly lit: never stored.

    `page`: of the file, from 1.
    """

    code: FormCode
    measures: FormMeasures
    reading: dict[str, ItemReading]
    layout: Layout
    ink: Ink = field(repr=False)
    places: list[BoxPlace] = field(repr=False)
    page: int = 1


@dataclass(frozen=True)
class UnreadPicture:
    """A picture, or a form in it, that could not be read."""

    problem: PhotoProblem
    page: int = 1


def forms_in(content: bytes, instrument: Instrument) -> Iterator[SeenForm | UnreadPicture]:
    """The forms of a file, page by page, those of an uncut sheet from the left.

    Raises PictureError for a file that is no picture.
    """
    for page, picture in enumerate(pictures(content), start=1):
        for one in _in_picture(picture, instrument):
            yield replace(one, page=page)


def _in_picture(picture: Gray, instrument: Instrument) -> Iterator[SeenForm | UnreadPicture]:
    try:
        found = find_forms(picture)
    except SeveralForms:
        yield UnreadPicture(PhotoProblem.SEVERAL)
        return
    for one in found:
        yield _read(one, picture, instrument)
    if not found:
        yield UnreadPicture(_nothing_in(picture))


def _nothing_in(picture: Gray) -> PhotoProblem:
    """Why no form was found."""
    if code_in(picture) is not None:
        return PhotoProblem.CUT_OFF
    small = cv2.resize(picture, (300, 300), interpolation=cv2.INTER_AREA)
    dark, bright = np.quantile(small, (0.002, 0.5))
    blank = bright >= PAPER and dark > FADED * bright
    return PhotoProblem.BLANK if blank else PhotoProblem.NO_FORM


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
