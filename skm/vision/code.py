"""Reads the QR of a paper form."""

import cv2
import numpy as np
import zxingcpp

from skm.paper.form_code import FormCode, form_code
from skm.paper.layout import QR, Rect
from skm.vision.flatten import FoundForm
from skm.vision.pictures import Gray

MARGIN = 3.0  # mm around the QR that are looked at with it
DOTS = (8, 12, 20)  # pixels of a millimetre: tried in turn


def code_of(found: FoundForm, picture: Gray) -> FormCode | None:
    """The code of a form in a picture; None if its QR cannot be read."""
    around = Rect(QR.x - MARGIN, QR.y - MARGIN, QR.width + 2 * MARGIN, QR.height + 2 * MARGIN)
    for dots in DOTS:
        flat = found.flat(picture, around, dots)
        for seen in (flat, _sharpened(flat)):
            if code := code_in(seen):
                return code
    return None


def code_in(picture: Gray) -> FormCode | None:
    """The first code of a form anywhere in a picture."""
    read = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    return next((code for one in read if (code := form_code(one.text))), None)


def _sharpened(picture: Gray) -> Gray:
    soft = cv2.GaussianBlur(picture, (0, 0), 4)
    return np.asarray(cv2.addWeighted(picture, 2.5, soft, -1.5, 0), np.uint8)
