"""Columns are recognised by what they say, never by where they stand."""

import pytest

from bot.running.settings import INSTRUMENTS
from skm.intake.choices import Choices, QuestionOrder, columns_of
from skm.intake.table.columns import ColumnNames, ordered, questions
from skm.survey.instrument import Instrument
from tests.skm.survey.test_instrument import SKM9
from tests.tools.intake import context

SKM16 = Instrument.parse((INSTRUMENTS / "skm16.toml").read_text(encoding="utf-8"))


def role(heading: str, instrument: Instrument = SKM9, *choices: str) -> str:
    chosen = Choices(columns=columns_of(choices))
    names = ColumnNames(instrument, context(instrument).words, chosen)
    return names.roles([heading])[0]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("U1", "U1"),
        ("u-8", "U8"),
        ("U1 (Persyaratan)", "U1"),
        ("Persyaratan Pelayanan", "U1"),
        ("Sistem, Mekanisme, dan Prosedur", "U2"),
        ("Waktu Penyelesaian", "U3"),
        ("Waktu", "U3"),
        ("Biaya/Tarif", "U4"),
        ("Produk Spesifikasi Jenis Pelayanan", "U5"),
        ("Kompetensi Pelaksana", "U6"),
        ("Perilaku Pelaksana", "U7"),
        ("Penanganan Pengaduan, Saran dan Masukan", "U8"),
        ("Sarana dan Prasarana", "U9"),
        ("8. Sarana dan Prasarana", "U9"),
        ("U8 Sarana", "U9"),
        ("Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?", "U4"),
        ("Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini", "U2"),
        ("Apakah syarat yang diminta sesuai dengan layanan yang Anda urus?", "U1"),
        ("Sarana pengaduan", "?"),
        ("P3", "#3"),
        ("Pertanyaan 12", "#12"),
        ("Unit Kerja", "upp"),
        ("Nama Unit Pelayanan", "upp"),
        ("Cap waktu", "submitted_at"),
        ("Tanggal Survei (dd/mm)", "submitted_at"),
        ("Jenis Kelamin", "gender"),
        ("Pendidikan terakhir Anda", "education"),
        ("Saran dan Masukan", "saran"),
        ("Nama Lengkap", ""),
        ("Nomor HP", ""),
        ("", ""),
    ],
)
def test_a_heading_names_its_column(heading: str, found: str) -> None:
    assert role(heading) == found


def test_an_unsur_of_several_items_needs_the_item() -> None:
    assert role("U1a", SKM16) == "U1a"
    assert role("Persyaratan", SKM16) == "?"
    assert role("Pengaduan", SKM16) == "U8"
    assert role("Persyaratan", SKM16, "persyaratan=u1b") == "U1b"


def test_an_office_may_say_what_a_column_is() -> None:
    assert role("Kolom A", SKM9, "kolom a=u8") == "U8"
    assert role("Persyaratan", SKM9, "Persyaratan=") == ""


def test_numbers_alone_are_questions_only_where_they_count() -> None:
    names = ColumnNames(SKM9, context().words, Choices())
    assert names.roles(["No", *map(str, range(1, 10))])[1:] == tuple(f"#{n}" for n in range(1, 10))
    assert names.roles(["PAJANG", *"443434433"])[1:] == ("",) * 9


def test_the_form_asks_sarana_before_pengaduan() -> None:
    numbers = [f"#{number}" for number in range(1, 10)]
    assert ordered(numbers, SKM9, QuestionOrder.FORM)[7:] == ("U9", "U8")
    assert ordered(numbers, SKM9, QuestionOrder.UNSUR)[7:] == ("U8", "U9")
    codes = [f"U{number}" for number in range(1, 10)]
    assert ordered(codes, SKM9, QuestionOrder.FORM)[7:] == ("U9", "U8")


def test_everything_that_is_missing_is_asked_at_once() -> None:
    asked = questions(["a"], ["U1"], SKM9, Choices())
    assert [remark.kind for remark in asked] == ["no_items", "no_unit", "no_date"]
    assert len(asked[0].near) == 8
