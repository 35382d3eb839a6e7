"""Every language says everything within every channel's limits, and a wording is a version."""

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from bot.documents.make import exports
from bot.messaging.catalog import LOCALES, Catalog, placeholders, wanted
from bot.messaging.links import WHATSAPP_TEXT
from bot.official.answers.subscription import ALERTS, AT, DAY, OFF, ON, STOP
from bot.official.commands import COMMANDS
from bot.running.settings import INSTRUMENTS
from skm.instansi.find_upp import folded
from skm.instansi.official import Role
from skm.instansi.period import PeriodKind
from skm.notices.subscription import Frequency
from skm.store.figures.flags import FlagRules
from skm.survey.instrument import Instrument

ROOT = Path(__file__).parents[2]
CATALOG = Catalog.load()
LANGUAGES = CATALOG.languages

OPTION, HINT, BUTTON = 24, 72, 20  # a WhatsApp list's title and description, a reply button
SHORT = 22  # beside a chart's bar
ASK = 90  # three lines on a small phone

# The words of a version, by language. A digest changes with every word that is measured with.
PINNED = {
    "skm9-2": {
        "id": "2822448ad80dd81d5a40937acb54edfde20801f0960cf4f4820af525f4253830",
        "jv": "5cd3a1f74c37d989e5552c9be9e6eef5808688625774b47f49dac538d01ed75b",
        "en": "3df5d1f976cd8778a99baf8aeaa3ef31674627eee8fa6c9317abe34ec2c4839d",
    },
    "skm16-2": {
        "id": "aba6bdfb280aac8e8e4b6d4a8bec0f6eb3190f45cdb230ebb7075678a97e6a7a",
        "jv": "2a7ef80cb2ce0010760b1f88e392f0a87b61793cba7926ec28e40701da051cbf",
        "en": "85c2bbd6e6ae2a4ca49eba1b80f0f2eb6962238cc98ceda9c5cde6cee67ae33c",
    },
}


def flat(table: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


def file_of(language: str) -> dict[str, str]:
    """The texts of one file, nothing filled in."""
    return dict(flat(tomllib.loads((LOCALES / f"{language}.toml").read_text(encoding="utf-8"))))


FILES = {language: file_of(language) for language in LANGUAGES}
TEXTS = [(language, key, text) for language in LANGUAGES for key, text in FILES[language].items()]
INSTRUMENT_FILES = sorted(INSTRUMENTS.glob("*.toml"))


@pytest.fixture(params=INSTRUMENT_FILES, ids=lambda path: path.stem)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return Instrument.parse(request.param.read_text(encoding="utf-8"))


def is_option(key: str) -> bool:
    section, _, last = key.rpartition(".")
    return (section.startswith("profile.") and last not in ("ask", "short")) or last in "1234"


# --- the same in every language ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_in_the_same_order(language: str) -> None:
    assert list(FILES[language]) == list(FILES["id"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_placeholders_of_its_source(language: str) -> None:
    wrong = {
        key: text
        for key, text in FILES[language].items()
        if placeholders(text) != placeholders(FILES["id"][key])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_instrument_has_all_its_words_in_every_language(
    instrument: Instrument, language: str
) -> None:
    assert [key for key in wanted(instrument) if not FILES[language].get(key)] == []


def test_every_key_that_the_code_names_is_there() -> None:
    sections = {key.partition(".")[0] for key in FILES["id"]} - {"locale", "skm9", "skm16"}
    named = re.compile(rf"""["']((?:{"|".join(sections)})\.\w+)["']""")
    sources = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("bot/**/*.html")]
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in sources
        for key in named.findall(path.read_text(encoding="utf-8"))
        if not key.endswith("_") and key not in FILES["id"]
    }
    assert missing == set()


# --- within the limits of every channel ----------------------------------------------------------


def test_labels_fit_the_tightest_channel() -> None:
    def limit(key: str) -> int | None:
        last = key.rpartition(".")[2]
        if key.startswith("button."):
            return BUTTON
        if key.startswith("unsur_short.") or last == "short":
            return SHORT
        if re.fullmatch("[1-4]h", last):
            return HINT
        return OPTION if is_option(key) else ASK if last == "ask" else None

    long = [(lang, key, text) for lang, key, text in TEXTS if len(text) > (limit(key) or 10**6)]
    assert long == []


def test_a_question_is_one_line_and_a_question() -> None:
    for language, key, text in TEXTS:
        if key.endswith(".ask"):
            assert "?" in text, (language, key)
            assert "\n" not in text, (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_answer_can_mean_only_one_option(instrument: Instrument, language: str) -> None:
    for item in instrument.items:
        said = CATALOG.table(language, f"{instrument.name}.{item.id}")
        labels = [folded(said[nilai]) for nilai in "1234"]
        assert len(set(labels)) == 4, item.id
    for field in instrument.profile:
        said = CATALOG.table(language, f"profile.{field.id}")
        assert len({folded(said[option]) for option in field.options}) == len(field.options)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_unit_fits_into_whatsapps_prefilled_message(language: str) -> None:
    unit = "Dinas Pemberdayaan Perempuan dan Perlindungan Anak, Keluarga"
    said = CATALOG.say(language, "landing.whatsapp_prefill", upp=unit, code="K7M2PQ-AB23CD")
    assert len(said) <= WHATSAPP_TEXT


# --- what people may type ------------------------------------------------------------------------


TYPED = [(key, word) for _, key, text in TEXTS if key.startswith("typed.") for word in text.split()]


def test_no_typed_word_means_two_things_in_any_language() -> None:
    """Two words of one table; a table of its own may use a word again: "minggu" is week and day."""
    meanings = defaultdict(set)
    for key, word in TYPED:
        group, _, meaning = key.rpartition(".")
        meanings[group, folded(word)].add(meaning)
    assert {word: meant for word, meant in meanings.items() if len(meant) > 1} == {}


def test_a_typed_word_is_one_word_as_it_is_compared() -> None:
    assert [word for _, word in TYPED if folded(word) != word] == []


@pytest.mark.parametrize(("key", "word"), [*TYPED, ("typed.command.report", "report")])
def test_the_typed_words_of_every_language_are_understood(key: str, word: str) -> None:
    group, _, meaning = key.removeprefix("typed.").rpartition(".")
    assert CATALOG.vocabulary.means(meaning, f" {word.upper()} ", group)


def test_every_meaning_that_the_code_knows_has_words() -> None:
    def known(group: str) -> set[str]:
        return set(CATALOG.vocabulary.meanings(group).values())

    assert known("command") == {command.name for command in COMMANDS} - {"start"}
    assert known("period") == set(PeriodKind)
    assert known("role") == set(Role)
    assert known("subscription") == {*Frequency, STOP, ALERTS, ON, OFF, AT, DAY}
    assert known("month") == {str(number) for number in range(1, 13)}
    assert known("weekday") == {str(number) for number in range(1, 8)}
    rules = FlagRules(Instrument.parse(INSTRUMENT_FILES[0].read_text()), UTC)
    assert known("format") == set(exports(rules))


# --- short messages ------------------------------------------------------------------------------


def test_every_text_is_a_short_message() -> None:
    assert [(lang, key) for lang, key, text in TEXTS if len(text) > 320] == []


# --- the tone and the look -----------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["!", "  ", "...", '"', "'", " - ", "\t"])
def test_no_text_shouts_or_is_typed_carelessly(sign: str) -> None:
    assert [(lang, key) for lang, key, text in TEXTS if sign in text.strip("\n")] == []


def test_no_line_ends_in_a_space_and_no_text_is_empty() -> None:
    for language, key, text in TEXTS:
        assert text.strip(), (language, key)
        assert all(line == line.strip() for line in text.splitlines()), (language, key)


# --- a wording is a version ----------------------------------------------------------------------


def digest(instrument: Instrument, language: str) -> str:
    """SHA-256 of what the index is measured with: the items in their order, their unsur, what is
    asked and what can be answered. Short names and the profile change no answer.
    """
    texts = FILES[language]
    measured = [
        [
            item.id,
            item.unsur,
            texts[f"{instrument.name}.{item.id}.ask"],
            *(texts[f"{instrument.name}.{item.id}.{nilai}"] for nilai in "1234"),
            *(texts.get(f"{instrument.name}.{item.id}.{nilai}h", "") for nilai in "1234"),
        ]
        for item in instrument.items
    ]
    return hashlib.sha256(json.dumps(measured).encode()).hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_version_keeps_its_wording(instrument: Instrument, language: str) -> None:
    now = digest(instrument, language)
    assert PINNED.get(instrument.version, {}).get(language) == now, (
        f"What {instrument.version} asks in {language} has changed, and figures of two wordings are"
        f" not one series: give skm/survey/instruments/{instrument.name}.toml a new version and pin"
        f" it in tests/promises/test_locales.py with {language!r}: {now!r}."
    )


def test_a_changed_word_a_moved_item_and_another_unsur_are_all_noticed() -> None:
    plain = INSTRUMENT_FILES[-1].read_text(encoding="utf-8")
    before = Instrument.parse(plain)
    swapped = plain.replace('"U1", unsur = "U1"', '"U1", unsur = "U2"').replace(
        '"U2", unsur = "U2"', '"U2", unsur = "U1"'
    )
    items = plain.splitlines(keepends=True)
    at = next(i for i, line in enumerate(items) if '"U6"' in line)
    items[at : at + 2] = reversed(items[at : at + 2])
    digests = {
        digest(before, "id"),
        digest(before, "jv"),
        digest(Instrument.parse(swapped), "id"),
        digest(Instrument.parse("".join(items)), "id"),
    }
    assert len(digests) == 4
