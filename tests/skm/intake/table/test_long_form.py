"""One row per answer is turned into one row per respondent."""

from skm.intake.remark import RemarkKind
from skm.intake.responses import TakenRow
from tests.tools.intake import preview, rows, table

HEADING = "id_responden,unit,tanggal,id_pertanyaan,nilai"


def form(number: int, unit: str, nilai: int, *, words: bool = False) -> list[str]:
    names = ["Persyaratan", "Prosedur", "Waktu", "Biaya", "Produk", "Kompetensi", "Perilaku",
             "Sarana", "Pengaduan"] if words else [f"U{n}" for n in range(1, 10)]  # fmt: skip
    return [f"{number},{unit},2026-11-20,{name},{nilai}" for name in names]


def test_each_respondent_of_each_unit_is_a_response() -> None:
    lines = [*form(1, "PAJANG", 4), *form(1, "DINKES", 2), *form(2, "PAJANG", 3)]
    found = [row for row in rows(table(HEADING, *lines)) if isinstance(row, TakenRow)]
    assert [(row.line, row.response.upp, row.response.answers["U8"]) for row in found] == [
        (2, "PAJANG", 4),
        (11, "DINKES", 2),
        (20, "PAJANG", 3),
    ]


def test_answers_of_several_people_may_be_mixed_and_named_by_words() -> None:
    lines = sorted([*form(1, "PAJANG", 4, words=True), *form(2, "PAJANG", 1, words=True)], key=hash)
    found = preview(table(HEADING, *lines))
    assert (found.good, found.bad, str(found.ikm)) == (2, 0, "62.50")


def test_a_question_that_is_answered_twice_is_said() -> None:
    lines = [*form(1, "PAJANG", 4), "1,PAJANG,2026-11-20,U3,1"]
    found = preview(table(HEADING, *lines))
    assert RemarkKind.ANSWERED_TWICE in {remark.kind for remark in found.remarks}
