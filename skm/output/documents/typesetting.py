"""Sets pages with typst: a template file, and its text and figures as JSON.

System fonts are ignored, so that a page is the same on every machine: the templates use DejaVu Sans
from skm/output/fonts, and Libertinus Serif and DejaVu Sans Mono, which typst contains. Letters that
none of these has, as in comments with emoji, are boxes of Last Resort: PDF/A allows none to miss.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from unicodedata import category, normalize

from skm.errors import SkmError
from skm.output.charts.canvas import FONTS
from skm.output.charts.palette import ACCENT, INK, LINE, SHADE, SOFT

if TYPE_CHECKING:
    from typst import PDFStandard

ARCHIVE: Final = "a-2a"  # PDF/A-2 with tags: for archives and for screen readers
PALETTE: Final = {"ink": INK, "soft": SOFT, "line": LINE, "shade": SHADE, "accent": ACCENT}
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same data give the same bytes


def pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """Returns a PDF/A. The template reads the data with `json(bytes(sys.inputs.data))`, and
    colours from its `palette`.

    Raises SkmError where typst is not installed.
    """
    return _compiled(template, data, "pdf", [ARCHIVE])


def png(template: Path, data: Mapping[str, object], *, ppi: float) -> bytes:
    """Returns a picture of the template's only page, with `ppi` pixels an inch."""
    return _compiled(template, data, "png", [], ppi)


def _compiled(
    template: Path,
    data: Mapping[str, object],
    form: Literal["pdf", "png"],
    standards: "Sequence[PDFStandard]",
    ppi: float | None = None,
) -> bytes:
    try:
        import typst
    except ImportError:
        raise SkmError("PDFs need one more package: pip install 'skm-bot[documents]'.") from None
    compiled = partial(
        typst.compile,
        template,
        format=form,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=list(standards),
        timestamp=UNDATED,
        ppi=ppi,
    )
    text = json.dumps({**data, "palette": PALETTE}, ensure_ascii=False)
    try:
        made = compiled(sys_inputs={"data": text})
    except typst.TypstError:
        made = compiled(sys_inputs={"data": _without_marks(text)})
    assert isinstance(made, bytes)
    return made


def _without_marks(text: str) -> str:
    """The text without combining marks that no letter contains.

    PDF/A refuses a mark that the font of its letter does not have, such as a Thai tone mark after
    a Latin letter; typst does not try another font for both.
    """
    return "".join(c for c in normalize("NFC", text) if not category(c).startswith("M"))
