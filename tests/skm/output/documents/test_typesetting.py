"""A page can be set from any text, also in scripts that the fonts of the page do not have."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from pypdf import PdfReader

from skm.output.documents.legible import legible
from skm.output.documents.typesetting import pdf
from tests.tools.examples import examples

TEMPLATE = '#set document(title: "T")\n#set text(lang: "id")\n#json(bytes(sys.inputs.data)).text'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = tmp_path_factory.mktemp("template") / "page.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    return template


@pytest.mark.parametrize("text", ["Ramah 👍", "谢谢", "Ramah 👍 dan cepat"])
def test_text_that_no_font_has_can_be_found_in_the_pdf(text: str, template: Path) -> None:
    made = PdfReader(BytesIO(pdf(template, {"text": text})))
    assert made.pages[0].extract_text().strip() == text


@examples(100, allow=[HealthCheck.too_slow])
@given(st.text(st.characters(codec=None), max_size=40))
@example("Terima kasih \ue000\U0010fffd")
@example("ขอบคุณ ꦩꦠꦸꦂ الخدمة جيدة 👍🏽")
@example("bagus\u0e49 sekali")  # a Thai mark on a Latin letter
def test_every_legible_text_can_be_set_as_pdf_a(template: Path, text: str) -> None:
    assert pdf(template, {"text": legible(text)}).startswith(b"%PDF")
