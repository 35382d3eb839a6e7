"""Answers as offices write them; a cell that could be two things is none."""

import pytest

from skm.intake.cells.answers import AnswerReader, initials_in, number_in
from skm.intake.choices import Choices, recode_of, values_of
from skm.intake.words import IntakeWords
from skm.survey.instrument import Item
from skm.survey.unsur import Unsur


def read(cell: str, unsur: str = "U1", choices: Choices | None = None) -> int | None:
    item = Item(unsur, Unsur(unsur))
    return AnswerReader(item, IntakeWords(), choices or Choices())(cell)


@pytest.mark.parametrize(
    ("cell", "nilai"),
    [
        ("4", 4),
        ("4.0", 4),
        ("3,00", 3),
        ("'2", 2),
        ("d", 4),
        ("A", 1),
        ("a.  Tidak sesuai", 1),
        ("4 - Sangat Baik", 4),
        ("Sangat Baik (4)", 4),
        ("SANGAT SESUAI", 4),
        ("kurang  puas", 2),
        ("Sopan dan ramah", 3),
        ("tidak mudah", 1),
    ],
)
def test_the_usual_ways_to_write_an_answer(cell: str, nilai: int) -> None:
    assert read(cell) == nilai


@pytest.mark.parametrize(
    "cell",
    ["", "0", "5", "99", "-", "NULL", "4 - Tidak baik", "e", "3.5", "cukup", "44", "ya"],
)
def test_what_is_not_understood_is_no_answer(cell: str) -> None:
    assert read(cell) is None


@pytest.mark.parametrize(
    ("unsur", "cell", "nilai"),
    [
        ("U4", "Gratis", 4),
        ("U4", "Cukup mahal", 2),
        ("U8", "Dikelola dengan baik", 4),
        ("U8", "Berfungsi kurang maksimal", 3),
        ("U8", "Ada tetapi tidak berfungsi", 2),
        ("U9", "Cukup", 2),
        ("U9", "Buruk", 1),
        ("U8", "Buruk", None),
        ("U9", "Gratis", None),
    ],
)
def test_labels_of_the_official_form_belong_to_their_unsur(
    unsur: str, cell: str, nilai: int | None
) -> None:
    assert read(cell, unsur) == nilai


def test_a_rule_of_the_office_decides_what_another_scale_means() -> None:
    rule = Choices(recode=recode_of("1=1,2=1,3=2,4=3,5=4"))
    assert [read(cell, choices=rule) for cell in ("1", "2.0", "3", "4", "5 - Sangat baik")] == [
        1, 1, 2, 3, 4,
    ]  # fmt: skip
    assert read("Sip", choices=Choices(values=values_of(["answer:sip=4"]))) == 4
    assert read("Sip", choices=Choices(values=values_of(["U2:sip=4"]))) is None


def test_with_1_as_the_best_numbers_are_turned_and_words_are_not() -> None:
    assert [
        read(cell, choices=Choices(is_reversed=True)) for cell in ("1", "a", "4", "Sangat baik")
    ] == [4, 4, 1, 4]


def test_the_number_in_a_cell() -> None:
    assert [number_in(cell) for cell in ("5", "5.0", "7 - x", "baik (6)", "baik", "")] == [
        5, 5, 7, 6, None, None,
    ]  # fmt: skip


def test_initials_are_read_where_the_file_uses_them() -> None:
    def both(*cells: str) -> list[int | None]:
        reader = AnswerReader(Item("U1", Unsur("U1")), IntakeWords(), Choices(), initials_in(cells))
        return [reader(cell) for cell in cells]

    assert both("SB", "B", "KB", "TB") == both("sp", "p", "kp", "tp") == [4, 3, 2, 1]
    assert both("SB", "b") == [4, 3]
    assert both("a", "B", "c") == [1, 2, 3]
    assert both("STB", "TB", "B", "SB") == [None, None, 3, 4]
    assert both("SS", "S", "TS") == [4, 3, None]


def test_other_digits_brackets_and_invisible_characters_are_read() -> None:
    cells = ("\uff14", "\u0664", "(4)", "4\u200b", "\u00a04")
    assert [read(cell) for cell in cells] == [4] * 5
    assert number_in("\uff15") == 5
