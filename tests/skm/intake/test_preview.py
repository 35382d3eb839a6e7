"""Any table of answers is read back the same, in whatever shape an office writes it."""

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.intake.choices import Choices, QuestionOrder
from skm.intake.responses import TakenRow
from skm.survey.unsur import Unsur
from tests.skm.survey.test_instrument import SKM9
from tests.tools.examples import examples
from tests.tools.intake import CATALOG, rows

Table = Sequence[Sequence[str]]
WORDS = ["Persyaratan", "Prosedur", "Waktu", "Biaya", "Produk", "Kompetensi", "Perilaku",
         "Pengaduan", "Sarana"]  # fmt: skip
FORM = [item.id for item in SKM9.items]
DAYS = {"2026-11-20": ["2026-11-20", "20/11/2026", "20 November 2026", "46346"]}


def label(unsur: str, nilai: int) -> str:
    words = CATALOG.table("id", f"skm9.{unsur}")
    return words.get(f"{nilai}h", words[str(nilai)])


CELLS: dict[str, Callable[[str, int], str]] = {
    "numbers": lambda unsur, nilai: str(nilai),
    "decimals": lambda unsur, nilai: f"{nilai}.0",
    "letters": lambda unsur, nilai: "abcd"[nilai - 1],
    "labels": label,
    "both": lambda unsur, nilai: f"{nilai} - {label(unsur, nilai)}",
}


def separated(separator: str, encoding: str) -> Callable[[Table], bytes]:
    return lambda table: "\r\n".join(separator.join(row) for row in table).encode(encoding)


def workbook(table: Table) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in table:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    book.save(out)
    return out.getvalue()


FORMATS = {
    "utf-8": separated(";", "utf-8-sig"),
    "utf-16": separated("\t", "utf-16"),
    "windows": separated(";", "cp1252"),
    "xlsx": workbook,
}
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["PAJANG", "Puskesmas Pajang", "DINKES"]),
        st.lists(st.sampled_from([1, 2, 3, 4]), min_size=9, max_size=9),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("format_name", FORMATS)
@given(
    people=ANSWERS,
    cell=st.sampled_from(sorted(CELLS)),
    day=st.sampled_from(DAYS["2026-11-20"]),
    shape=st.sampled_from(["codes", "words", "form", "long"]),
    titled=st.booleans(),
)
@examples(40)
def test_any_shape_is_read_back_the_same(
    format_name: str,
    people: list[tuple[str, list[int]]],
    cell: str,
    day: str,
    shape: str,
    titled: bool,
) -> None:
    order = FORM if shape == "form" else list(Unsur)
    names = {"words": WORDS, "form": [f"P{n}" for n in range(1, 10)]}.get(shape, list(Unsur))
    said = [dict(zip(Unsur, nilai, strict=True)) for _, nilai in people]
    if shape == "long":
        table = [["no responden", "unit", "tanggal", "unsur", "nilai"]] + [
            [str(number), people[number][0], day, unsur, CELLS[cell](unsur, nilai)]
            for number, answers in enumerate(said)
            for unsur, nilai in answers.items()
        ]
    else:
        table = [["Unit", "Tanggal", *names]] + [
            [unit, day, *(CELLS[cell](unsur, answers[Unsur(unsur)]) for unsur in order)]
            for (unit, _), answers in zip(people, said, strict=True)
        ]
    above = [["REKAP SURVEI"]] if titled else []
    choices = Choices(order=QuestionOrder.FORM if shape == "form" else None)
    found = rows(FORMATS[format_name]([*above, *table]), choices)
    assert all(isinstance(row, TakenRow) for row in found), found
    assert [row.response.answers for row in found if isinstance(row, TakenRow)] == said
