"""Lists of units as offices have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.files.read import read as read_file
from skm.instansi.upp import Upp
from skm.intake.choices import Choices, columns_of, values_of
from skm.intake.remark import RemarkKind
from skm.intake.units.roster import Roster, read
from tests.tools.examples import examples

STORED = [Upp("DINKES", "Dinas Kesehatan"), Upp("PAJANG", "Puskesmas Pajang", "DINKES", 900)]


def roster(
    text: str, *stored: Upp, values: tuple[str, ...] = (), columns: tuple[str, ...] = (),
    are_new: bool = False,
) -> Roster:  # fmt: skip
    file = read_file(text.encode(), "units.csv")
    choices = Choices(columns_of(columns), values_of(values))
    return read(file, stored, choices, are_new=are_new)


def said(found: Roster) -> list[tuple[RemarkKind, tuple[int, ...], str, tuple[str, ...]]]:
    return [(one.kind, one.lines, one.value, one.near) for one in found.remarks]


def test_parents_may_come_in_any_order_and_codes_in_any_case() -> None:
    text = "code,name,parent,population\npkm,Puskesmas,dinkes,1200\nDINKES,Dinas,,\n"
    found = roster(text)
    assert found.new == [Upp("PKM", "Puskesmas", "DINKES", 1200), Upp("DINKES", "Dinas")]
    assert not found.remarks


def test_an_offices_own_list_gets_codes_and_parents_from_its_names() -> None:
    found = roster(
        "DAFTAR UNIT PELAYANAN PUBLIK\n;;\n"
        "No;Nama OPD;Nama Unit Pelayanan;Jumlah Penduduk;Keterangan\n"
        "1;Dinas Kesehatan;Puskesmas Pajang;12.000;\n"
        "2;;Puskesmas\u00a0Sibela;;\n"
        "3;Kantor Camat;Kantor Camat;;\n"
        "4;;Kelurahan Kampung Baru;;\n"
        ";Jumlah;;12.000;\n"
        "Surakarta, 2 Januari 2026;;;;\n"
    )
    assert found.new == [
        Upp("PKMPAJANG", "Puskesmas Pajang", "DINKESEHATAN", 12000),
        Upp("PKMSIBELA", "Puskesmas Sibela", "DINKESEHATAN"),
        Upp("CAMAT", "Kantor Camat"),
        Upp("KELKAMPBARU", "Kelurahan Kampung Baru", "CAMAT"),
        Upp("DINKESEHATAN", "Dinas Kesehatan"),
    ]
    kinds = {kind: (lines, value) for kind, lines, value, _ in said(found)}
    assert kinds[RemarkKind.TOTALS] == ((8,), "Jumlah")
    assert kinds[RemarkKind.NOT_A_UNIT] == ((9,), "Surakarta, 2 Januari 2026")
    assert kinds[RemarkKind.NEW_PARENTS] == ((), "1")
    assert kinds[RemarkKind.MADE_CODES] == ((), "5")
    assert RemarkKind.PASSED_OVER in kinds
    assert not found.is_open


def test_a_parent_may_be_named_and_may_be_stored_already() -> None:
    found = roster("Nama,Induk\nPuskesmas Sibela,DINAS KESEHATAN\n", *STORED)
    assert found.new == [Upp("PKMSIBELA", "Puskesmas Sibela", "DINKES")]


@pytest.mark.parametrize("number", ["1|1.1|1.2|2", "A|1|2|B", "I.|1)|2)|II."])
def test_numbers_of_rows_say_what_is_above_what(number: str) -> None:
    names = ["Dinas Satu", "Puskesmas Pajang", "Puskesmas Sibela", "Dinas Dua"]
    rows = zip(number.split("|"), names, strict=True)
    found = roster("No;Unit Kerja\n" + "".join(f"{n};{name}\n" for n, name in rows))
    assert [unit.parent for unit in found.new] == [None, "DINSATU", "DINSATU", None]
    assert said(found)[0][0] is RemarkKind.NUMBERED_PARENTS


def test_what_is_stored_is_found_by_code_or_name_and_a_missing_column_changes_nothing() -> None:
    found = roster("nama unit\npuskesmas pajang\nDINAS KESEHATAN\n", *STORED)
    assert (found.new, found.changed, found.known) == ([], [], 2)
    found = roster("kode,nama unit\nPAJANG,Puskesmas Pajang Baru\n", *STORED)
    assert found.changed == [Upp("PAJANG", "Puskesmas Pajang Baru", "DINKES", 900)]


def test_a_name_like_a_stored_one_is_asked_about_and_never_taken_for_it() -> None:
    text = "nama unit\nPuskesmas Pajangg\n"
    found = roster(text, *STORED)
    expected = (RemarkKind.SIMILAR_UNIT, (2,), "Puskesmas Pajangg", ("PAJANG",))
    assert said(found) == [expected]
    assert found.is_open
    same = roster(text, *STORED, values=("name:Puskesmas Pajangg=PAJANG",))
    assert [unit.code for unit in same.changed] == ["PAJANG"]
    assert not same.is_open
    other = roster(text, *STORED, are_new=True)
    assert [unit.code for unit in other.new] == ["PKMPAJANGG"]


def test_a_new_code_for_the_name_of_a_stored_unit_is_asked_about() -> None:
    found = roster("kode,unit\n001,Puskesmas Pajang\n", *STORED)
    assert said(found)[0] == (RemarkKind.SIMILAR_UNIT, (2,), "Puskesmas Pajang", ("PAJANG",))


def test_all_faults_are_said_at_once_with_the_nearest_right_value() -> None:
    found = roster(
        "code,name,parent,population\n"
        "A.1,Satu,,\n"
        "B,Dua,DINKESS,\n"
        "C,Tiga,,12.5\n"
        "D,Empat,,\n"
        "d,Lima,,\n"
        "1.02.03.04.05.06,Puskesmas Pajang Dua,,\n"
        "E,,,\n"
        "F,Enam,G,\n"
        "G,Tujuh,F,\n",
        *STORED,
    )
    assert said(found) == [
        (RemarkKind.POPULATION, (4,), "12.5", ()),
        (RemarkKind.UNANSWERED, (8,), "", ()),
        (RemarkKind.WRITTEN_CODE, (2,), "A.1", ("A-1",)),
        (RemarkKind.CODE_TWICE, (5, 6), "D", ()),
        (RemarkKind.CODE, (7,), "1.02.03.04.05.06", ("PKMPAJANGDUA",)),
        (RemarkKind.PARENT, (3,), "DINKESS", ("DINKES",)),
        (RemarkKind.CYCLE, (), "F", ()),
        (RemarkKind.CYCLE, (), "G", ()),
    ]


def test_two_units_of_one_name_are_told_apart_by_their_parents() -> None:
    text = "nama unit,induk\nDinas A,\nDinas B,\nSekretariat,Dinas A\nSekretariat,Dinas B\n"
    found = roster(text)
    assert [(unit.code, unit.parent) for unit in found.new[2:]] == [
        ("SET", "DINA"),
        ("SET2", "DINB"),
    ]
    again = roster(text, *found.new)
    assert (again.new, again.changed, again.known) == ([], [], 4)
    twice = roster("nama unit\nSekretariat\nSekretariat\n")
    assert said(twice)[0] == (RemarkKind.NAME_TWICE, (3,), "Sekretariat", ())


def test_a_file_without_names_and_a_doubled_column_are_asked_about() -> None:
    assert said(roster("kode\nA\n"))[0][0] is RemarkKind.NO_NAME
    text = "nama unit,nama upp\nSatu,Dua\n"
    assert said(roster(text))[0][0] is RemarkKind.DOUBLED
    assert [unit.name for unit in roster(text, columns=("nama upp=",)).new] == ["Satu"]


NAMES = st.lists(
    st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=20)
    .map(lambda text: f"Balai {text}"),
    min_size=1, max_size=8, unique_by=str.casefold,
)  # fmt: skip


@given(names=NAMES, columns=st.sampled_from(["Nama Unit", "No;Unit Kerja", "Kode;Nama UPP"]))
@examples(40)
def test_a_list_written_in_any_of_the_shapes_is_read_back_and_again_says_nothing_new(
    names: list[str], columns: str
) -> None:
    first = {"No;Unit Kerja": "{};", "Kode;Nama UPP": "K{};"}.get(columns, "")
    rows = "".join(f"{first.format(n)}{name}\n" for n, name in enumerate(names, 1))
    found = roster(f"{columns}\n{rows}", are_new=True)
    again = roster(f"{columns}\n{rows}", *found.new)
    if not found.is_open:
        assert [unit.name for unit in found.new] == names
        assert len({unit.code for unit in found.new}) == len(names)
        assert (again.units, again.known) == ([], len(names))
