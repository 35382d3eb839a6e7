"""A row is a response, or a refusal that names every fault; an export says nothing about people."""

from datetime import UTC, date, datetime

import pytest

from skm.instansi.collector import Mode
from skm.intake.choices import Choices, values_of
from skm.intake.remark import RemarkKind
from skm.intake.responses import RefusedRow, TakenRow, cells, columns, export_id
from skm.survey.response import Response
from tests.skm.survey.test_instrument import SKM9
from tests.tools.intake import HEADER, line, preview, rows, table

COLUMNS = columns(SKM9)
GOOD = {
    "upp": "PAJANG",
    "submitted_at": "2026-11-20",
    **{f"u{number}": "3" for number in range(1, 10)},
}


def read(choices: Choices | None = None, **cells: str) -> TakenRow | RefusedRow:
    given = {**GOOD, **cells}
    content = table(",".join(COLUMNS), ",".join(given.get(name, "") for name in COLUMNS))
    [found] = rows(content, choices)
    assert found.line == 2
    return found


def response(choices: Choices | None = None, **cells: str) -> Response:
    found = read(choices, **cells)
    assert isinstance(found, TakenRow), found
    return found.response


def faults(**cells: str) -> set[RemarkKind]:
    found = read(None, **cells)
    assert isinstance(found, RefusedRow), found
    return {fault.kind for fault in found.faults}


def test_a_row_with_only_the_nine_answers_is_a_paper_form() -> None:
    found = response()
    assert (found.upp, found.layanan, found.saran) == ("PAJANG", "", None)
    assert found.answers == {f"U{number}": 3 for number in range(1, 10)}
    assert found.mode is Mode.PAPER
    assert (found.respondent, found.started_at, found.collector) == (None, None, None)
    assert found.profile == {}


def test_a_row_may_have_more() -> None:
    found = response(
        layanan="Poli Umum", gender="Pr", age="40 thn", saran="Kursi kurang", mode="Mandiri"
    )
    assert found.layanan == "Poli Umum"
    assert found.profile == {"gender": "female", "age": "36"}
    assert (found.saran, found.mode) == ("Kursi kurang", Mode.SELF)


def test_a_day_counts_where_the_instansi_is() -> None:
    found = read(submitted_at="2026-11-20T22:00Z")
    assert isinstance(found, TakenRow)
    assert found.day == date(2026, 11, 21)
    assert found.response.submitted_at == datetime(2026, 11, 20, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"upp": "PUSAT"}, RemarkKind.UNIT),
        ({"upp": ""}, RemarkKind.UNIT),
        ({"u3": "5"}, RemarkKind.ANSWER),
        ({"u3": ""}, RemarkKind.UNANSWERED),
        ({"submitted_at": ""}, RemarkKind.DATE),
        ({"submitted_at": "2026-02-30"}, RemarkKind.DATE),
        ({"submitted_at": "2026-11-25"}, RemarkKind.FUTURE),
        ({"submitted_at": "2999-12-31T23:59"}, RemarkKind.FUTURE),
        ({"submitted_at": "1999-12-31"}, RemarkKind.TOO_OLD),
        ({"gender": "x"}, RemarkKind.PROFILE),
        ({"mode": "fax"}, RemarkKind.MODE),
        ({"instrument": "skm16-2"}, RemarkKind.INSTRUMENT),
        ({"layanan": "x" * 201}, RemarkKind.LONG),
        ({"saran": "a\0b"}, RemarkKind.NUL),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(cells: dict[str, str], kind: RemarkKind) -> None:
    assert faults(**cells) == {kind}


def test_all_faults_of_a_row_are_named_at_once() -> None:
    assert faults(upp="x", submitted_at="x", u1="9", u2="", gender="x", mode="x") == {
        RemarkKind.UNIT, RemarkKind.DATE, RemarkKind.ANSWER, RemarkKind.UNANSWERED,
        RemarkKind.PROFILE, RemarkKind.MODE,
    }  # fmt: skip


def test_the_unit_and_the_day_may_be_those_of_the_whole_file() -> None:
    found = response(Choices(unit="DINKES", day=date(2026, 3, 1)), upp="x", submitted_at="x")
    assert found.upp == "DINKES"
    assert found.submitted_at == datetime(2026, 3, 1, 5, tzinfo=UTC)


def test_a_text_means_what_the_office_says() -> None:
    chosen = Choices(values=values_of(["upp:Pkm=PAJANG", "mode:Google Form=mandiri"]))
    found = response(chosen, upp="PKM", mode="google form")
    assert (found.upp, found.mode) == ("PAJANG", Mode.SELF)


def test_of_a_long_comment_the_answers_and_the_beginning_are_kept() -> None:
    assert len(response(saran="x" * 2001).saran or "") == 2000


def test_totals_below_are_left_out_but_a_unit_of_that_name_is_not() -> None:
    heading = ",".join(COLUMNS)
    sums = ["Jumlah Nilai", "Rata-rata", "NRR", "IKM Unit", "Total"]
    lines = [",".join({**GOOD, "upp": word}.get(name, "") for name in COLUMNS) for word in sums]
    found = preview(table(heading, *lines))
    assert found.rows == 0
    kinds = [remark.kind for remark in found.remarks if remark.lines]
    assert kinds == [RemarkKind.TOTALS] * len(sums)
    assert isinstance(read(upp="Jumlahan"), RefusedRow)


def test_an_exported_response_has_its_day_and_no_respondent() -> None:
    said = Response(
        id="7KQ2M9PX",
        upp="PAJANG",
        layanan="@home",
        collector="K7Q2M9",
        instrument="skm9-2",
        answers={f"U{number}": 4 for number in range(1, 10)},
        submitted_at=datetime(2026, 11, 20, 2, 15, tzinfo=UTC),
        profile={"gender": "male", "age": None},
        saran="=HYPERLINK(1)",
        respondent="5f4dcc3b5aa765d61d8327deb882cf99",
        channel="telegram",
    )
    own = export_id(b"key", said.id)
    told = dict(zip(COLUMNS, cells(said, date(2026, 11, 20), own, COLUMNS), strict=True))
    assert told["submitted_at"] == "2026-11-20"
    assert (told["gender"], told["age"], told["mode"]) == ("male", "", "mandiri")
    assert (told["layanan"], told["saran"]) == ("'@home", "'=HYPERLINK(1)")
    assert not {"7KQ2M9PX", "K7Q2M9", said.respondent} & set(told.values())
    assert own != export_id(b"other", said.id)


def test_headings_that_are_repeated_on_each_page_are_passed_over() -> None:
    found = preview(table(HEADER, line(), HEADER, line()))
    assert (found.rows, found.good) == (2, 2)
    assert [one.lines for one in found.remarks if one.kind is RemarkKind.HEADINGS_AGAIN] == [(3,)]
