"""Words are found, filled and written as each language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.messaging.catalog import Catalog, CatalogError, language_of
from skm.survey.instrument import Instrument

CATALOG = Catalog.load()


def overlay(folder: Path, **files: str) -> Catalog:
    """The catalog of an office that has its own locale files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return Catalog.load(folder)


# --- looking up ----------------------------------------------------------------------------------


def test_a_text_is_found_by_its_dotted_key_and_filled() -> None:
    said = CATALOG.say("id", "survey.item_header", number=3, total=9)
    assert said == "Pertanyaan 3 dari 9"
    assert CATALOG.say("en", "survey.item_header", number=3, total=9) == "Question 3 of 9"


def test_a_text_that_a_language_lacks_is_said_in_indonesian(tmp_path: Path) -> None:
    catalog = overlay(tmp_path, su='locale = { name = "Basa Sunda", format = "su" }')
    assert catalog.say("su", "button.back") == "Kembali"
    assert catalog.table("su", "skm9.U4")["4"] == "Gratis"


def test_a_language_that_nobody_speaks_is_indonesian() -> None:
    assert CATALOG.say("xx", "button.back") == "Kembali"
    assert CATALOG.table("xx", "mutu")["A"] == "Sangat Baik"


def test_a_key_that_is_nowhere_and_a_value_that_is_missing_are_errors_of_ours() -> None:
    with pytest.raises(KeyError):
        CATALOG.say("id", "survey.nonsense")
    with pytest.raises(KeyError):
        CATALOG.table("id", "nonsense")
    with pytest.raises(KeyError):
        CATALOG.say("id", "survey.receipt")


def test_has_says_whether_a_key_can_be_said() -> None:
    assert CATALOG.has("en", "skm9.U8.2h")
    assert not CATALOG.has("en", "skm9.U1.2h")


def test_a_table_holds_what_stands_right_below_a_key() -> None:
    said = CATALOG.table("id", "skm9.U4")
    assert set(said) == {"ask", "short", "1", "2", "3", "4"}
    assert set(CATALOG.table("id", "skm9")) == {"title"}


def test_languages_come_indonesian_first_each_named_in_itself() -> None:
    assert CATALOG.languages == ("id", "jv", "en")
    names = {"id": "Bahasa Indonesia", "jv": "Basa Jawa", "en": "English"}
    for language in CATALOG.languages:
        assert CATALOG.table(language, "language") == names


@pytest.mark.parametrize("typed", ["{upp}", "{", "}}", "{0}", "{upp.__class__}", "%s", "<b>", "{}"])
def test_braces_in_what_people_typed_are_harmless(typed: str) -> None:
    assert CATALOG.say("id", "survey.greeting", upp=typed) == f"Selamat datang di survei {typed}."


# --- numbers and dates ---------------------------------------------------------------------------

NUMBERS = [
    # value, places, id and jv, en
    (Decimal("86.34"), 2, "86,34", "86.34"),
    (Decimal("75"), 2, "75,00", "75.00"),
    (Decimal("3.0546"), 3, "3,055", "3.055"),
    (1360, 0, "1.360", "1,360"),
    (20_000_000, 0, "20.000.000", "20,000,000"),
    (Decimal("1360.5"), 2, "1.360,50", "1,360.50"),
    (Decimal("-0.37"), 2, "-0,37", "-0.37"),
    (Decimal("0.125"), 2, "0,13", "0.13"),
    (Decimal("-0.125"), 2, "-0,13", "-0.13"),
    (0, 0, "0", "0"),
]


@pytest.mark.parametrize(("value", "places", "indonesian", "english"), NUMBERS)
def test_numbers_are_written_as_each_language_writes_them(
    value: Decimal | int, places: int, indonesian: str, english: str
) -> None:
    assert CATALOG.number("id", value, places) == indonesian
    assert CATALOG.number("jv", value, places) == indonesian
    assert CATALOG.number("en", value, places) == english


def test_the_month_is_a_word_and_the_day_comes_first() -> None:
    day = date(2026, 11, 23)
    assert [CATALOG.day(code, day) for code in CATALOG.languages] == ["23 November 2026"] * 3
    assert CATALOG.day("id", date(2026, 8, 1)) == "1 Agustus 2026"
    assert CATALOG.day("en", date(2026, 8, 1)) == "1 August 2026"


def test_a_moment_keeps_the_clock_of_its_zone() -> None:
    moment = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert CATALOG.moment("id", moment) == "23 November 2026, 07.30"
    assert CATALOG.moment("en", moment) == "23 November 2026, 07:30"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("86.30"), "86,30"),
        (Decimal("1E+3"), "1.000"),
        (999, "999"),
        (1000, "1.000"),
        (-5, "-5"),
        (date(2026, 11, 23), "23 November 2026"),
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), "23 November 2026, 07.30"),
        ("1360", "1360"),
    ],
)
def test_values_in_a_text_are_written_in_its_language(value: object, said: str) -> None:
    assert CATALOG.say("id", "survey.receipt", receipt=value) == f"Nomor tanda terima: {said}"


# --- an office's own words -----------------------------------------------------------------------


def test_an_office_lays_its_own_words_over_ours(tmp_path: Path) -> None:
    catalog = overlay(
        tmp_path,
        id='survey.thanks = "Matur nuwun."\n[dinas.Q1]\nask = "Puas?"',
        en='survey.thanks = "Ta."',
    )
    assert catalog.say("id", "survey.thanks") == "Matur nuwun."
    assert catalog.say("jv", "survey.thanks") == CATALOG.say("jv", "survey.thanks")
    assert catalog.say("en", "survey.thanks") == "Ta."
    assert catalog.say("en", "dinas.Q1.ask") == "Puas?"
    assert catalog.say("id", "button.back") == "Kembali"


def test_a_language_is_one_file(tmp_path: Path) -> None:
    catalog = overlay(
        tmp_path,
        min='locale = { name = "Baso Minang", format = "id" }\nbutton.back = "Baliak"',
    )
    assert catalog.languages == ("id", "jv", "min", "en")
    assert catalog.table("id", "language")["min"] == "Baso Minang"
    assert catalog.say("min", "button.back") == "Baliak"
    assert catalog.number("min", Decimal("86.34"), 2) == "86,34"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("id", "survey = ", "Correct .*id.toml"),
        ("id", "survey.thanks = 5", "survey.thanks must be a text in quotes"),
        ("id", 'survey.thanks = "{"', "Correct the braces of survey.thanks"),
        ("jv", 'survey.greeting = "{uup}"', r"Take \{uup\} out of survey.greeting"),
        ("id", 'survey.greeting = "{uup}"', r"Take \{uup\} out of survey.greeting"),
        ("su", 'survey.thanks = "Nuhun."', r"Begin .*su.toml with \[locale\]"),
        ("su", 'locale = { name = "Sunda", format = "sunda" }', r"Begin .*su.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained_in_one_sentence(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(CatalogError, match=told):
        overlay(tmp_path, **{name: text})


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="SKM_LOCALES must name a folder"):
        Catalog.load(tmp_path / "nowhere")


def test_an_instrument_without_texts_is_reported_before_a_survey_begins() -> None:
    rows = "\n".join(f'[[items]]\nid = "Q{n}"\nunsur = "U{n}"' for n in range(1, 10))
    instrument = Instrument.parse(f'name = "dinas"\nversion = "dinas-1"\n{rows}')
    with pytest.raises(CatalogError, match=r"Add dinas\.title to id\.toml .* 55 texts"):
        CATALOG.check(instrument)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("id", "id"),
        ("id-ID", "id"),
        ("in", "id"),  # obsolete codes, which old Android and Java versions still send
        ("in-ID", "id"),
        ("in_ID", "id"),
        ("jw", "jv"),
        ("jv-Latn-ID", "jv"),
        ("EN-us", "en"),
        ("", ""),
        ("*", "*"),
        ("xx-YY", "xx"),
    ],
)
def test_a_tag_is_reduced_to_its_language(tag: str, language: str) -> None:
    assert language_of(tag) == language
