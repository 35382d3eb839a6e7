"""Pages set by typst: a template beside the code, its words and figures as JSON.

Only fonts that come with our libraries are used, so that a page is the same on every machine.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from skm.errors import SkmError

if TYPE_CHECKING:
    from typst import PDFStandard

ARCHIVE: Final = "a-2a"  # PDF/A with its structure: for archives and for screen readers
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same figures give the same bytes


def pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """PDF/A. In the template `json(bytes(sys.inputs.data))` is the data."""
    return _compiled(template, data, "pdf", [ARCHIVE])


def png(template: Path, data: Mapping[str, object], *, ppi: float) -> bytes:
    """The picture of a single page."""
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
    made = typst.compile(
        template,
        format=form,
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=list(standards),
        timestamp=UNDATED,
        ppi=ppi,
    )
    assert isinstance(made, bytes)
    return made


def _fonts() -> Path:
    """DejaVu Sans, which comes with matplotlib; typst itself brings Libertinus Serif."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
