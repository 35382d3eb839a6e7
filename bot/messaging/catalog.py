"""The texts that people read, from locales/*.toml; numbers and dates are written by Babel.

A locale is one file named after its language. id.toml is the source: it has every key, and replaces
what another language lacks. A file in an overlay folder (SKM_LOCALES) adds to the one of the same
name or replaces its texts, so that a deployment can add the texts of an instrument or a language.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from string import Formatter

from babel.core import get_global

from bot.messaging.vocabulary import Vocabulary
from skm.errors import SkmError
from skm.privacy.small_groups import K
from skm.survey.instrument import NILAI, Instrument

LOCALES = Path(__file__).parents[2] / "locales"
SOURCE = "id"

Texts = Mapping[str, str]


class CatalogError(SkmError):
    """A locale file that cannot be used; the message says what to change in it."""


def language_of(tag: str) -> str:
    """The language of a BCP 47 tag, with obsolete codes replaced (in-ID → id, jw → jv)."""
    code = tag.strip().replace("_", "-").partition("-")[0].lower()
    return str(get_global("language_aliases").get(code, code))


@dataclass(frozen=True)
class Catalog:
    """`texts`: by language and dotted key ("survey.greeting"), with gaps filled by the source."""

    texts: Mapping[str, Texts]

    @classmethod
    def load(cls, overlay: Path | None = None) -> "Catalog":
        """Our locales with those of the overlay folder; raises CatalogError."""
        found: dict[str, Texts] = {SOURCE: {}}
        for path in [*_files(LOCALES), *(_files(overlay) if overlay else ())]:
            texts = {**found.get(path.stem, {}), **_read(path)}
            _check(path, texts, found[SOURCE])
            found[path.stem] = texts
        codes = sorted(found, key=lambda code: (code != SOURCE, found[code]["locale.name"]))
        names = {f"language.{code}": found[code]["locale.name"] for code in codes}
        return cls({code: {**found[SOURCE], **found[code], **names} for code in codes})

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages: Indonesian first, the others by their names."""
        return tuple(self.texts)

    def say(self, language: str, key: str, **values: object) -> str:
        """The text of a key with its {placeholders} filled; raises KeyError for an unknown key.

        {k}, the size from which figures of a group are shown, need not be given.
        """
        written = {name: self.written(language, value) for name, value in values.items()}
        return self._texts(language)[key].format_map({"k": str(K), **written})

    def has(self, language: str, key: str) -> bool:
        return key in self._texts(language)

    def table(self, language: str, prefix: str) -> Texts:
        """The texts below a key: table("id", "skm9.U1")["ask"]. Raises KeyError if there are none.

        table(language, "language"): by code, the name of each language in that language.
        """
        return self._tables[language if language in self.texts else SOURCE][prefix]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What people may type, in all languages."""
        return Vocabulary(self.texts.values())

    # --- values as a language writes them ------------------------------------------------------

    def written(self, language: str, value: object) -> str:
        """A Decimal with the places it has, an integer, a day, or a moment in its own time zone;
        anything else as str() writes it.
        """
        match value:
            case bool() | str():
                return str(value)
            case int():
                return str(value) if 0 <= value < 1000 else self.number(language, value)
            case Decimal():
                return self.number(language, value, max(-int(value.as_tuple().exponent), 0))
            case datetime():
                return self.moment(language, value)
            case date():
                return self.day(language, value)
            case _:
                return str(value)

    def number(self, language: str, value: Decimal | int, places: int = 0) -> str:
        """86,34 and 1.360 in Indonesian, rounded half up."""
        from babel.numbers import format_decimal

        exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        pattern = f"#,##0.{'0' * places}" if places else "#,##0"
        return format_decimal(exact, pattern, locale=self._format(language))

    def day(self, language: str, day: date) -> str:
        """23 November 2026."""
        from babel.dates import format_date

        return format_date(day, "long", locale=self._format(language))

    def short_day(self, language: str, day: date) -> str:
        """23 Nov."""
        from babel.dates import format_date

        return format_date(day, "d MMM", locale=self._format(language))

    def weekday(self, language: str, number: int) -> str:
        """The name of a day of the week; 0: Monday."""
        from babel.dates import get_day_names

        return str(get_day_names("wide", locale=self._format(language))[number])

    def moment(self, language: str, moment: datetime) -> str:
        """23 November 2026, 07.30."""
        from babel.dates import format_time

        time = format_time(moment, "short", locale=self._format(language))
        return f"{self.day(language, moment)}, {time}"

    # --- an instrument's words -----------------------------------------------------------------

    def questionnaire(self, instrument: Instrument) -> dict[str, list[list[str]]]:
        """By language: [item id, question, options] of each item, in their order."""
        return {
            language: [
                [item.id, words["ask"], _options(words)]
                for item in instrument.items
                for words in [self.table(language, f"{instrument.name}.{item.id}")]
            ]
            for language in self.languages
        }

    def check(self, instrument: Instrument) -> None:
        """Raises CatalogError if a text of the instrument is missing."""
        missing = [key for key in wanted(instrument) if not self.has(SOURCE, key)]
        if missing:
            raise CatalogError(
                f"Add {missing[0]} to id.toml in the folder of SKM_LOCALES: {len(missing)} texts of"
                f" the instrument {instrument.name} are in no locale file."
            )

    def _texts(self, language: str) -> Texts:
        return self.texts.get(language) or self.texts[SOURCE]

    def _format(self, language: str) -> str:
        return self._texts(language)["locale.format"]

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[str, Texts]]:
        tables: dict[str, dict[str, dict[str, str]]] = {code: {} for code in self.texts}
        for code, texts in self.texts.items():
            for key, text in texts.items():
                prefix, _, last = key.rpartition(".")
                tables[code].setdefault(prefix, {})[last] = text
        return tables


def wanted(instrument: Instrument) -> Iterator[str]:
    """The keys that an instrument needs."""
    yield f"{instrument.name}.title"
    for item in instrument.items:
        for part in ("ask", "short", *NILAI):
            yield f"{instrument.name}.{item.id}.{part}"
    for field in instrument.profile:
        for part in ("ask", "short", *field.options):
            yield f"profile.{field.id}.{part}"


def placeholders(text: str) -> frozenset[str]:
    """The names in the braces of a text; ValueError for a brace that stands alone."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


# --- files ---------------------------------------------------------------------------------------


def _files(folder: Path) -> list[Path]:
    """The locale files of a folder, the source first."""
    if not folder.is_dir():
        raise CatalogError(f"SKM_LOCALES must name a folder of locale files, not {folder}.")
    return sorted(folder.glob("*.toml"), key=lambda path: (path.stem != SOURCE, path.stem))


def _read(path: Path) -> dict[str, str]:
    """The texts of a file by dotted key."""
    try:
        return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise CatalogError(f"Correct {path}: {error}.") from error


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            yield prefix + name, value
        else:
            raise TypeError(f"{prefix}{name} must be a text in quotes")


def _check(path: Path, texts: Texts, source: Texts) -> None:
    """Raises CatalogError for a language without name or format, and for unknown placeholders."""
    from babel.localedata import exists

    if not (texts.get("locale.name") and exists(texts.get("locale.format", ""))):
        raise CatalogError(
            f"Begin {path} with [locale]: the name of the language, and as format the code of a"
            ' language whose numbers and dates Babel knows, such as "id".'
        )
    for key, text in texts.items():
        try:
            unknown = placeholders(text) - placeholders(source.get(key, text))
        except ValueError as error:
            raise CatalogError(f"Correct the braces of {key} in {path}: {error}.") from error
        if unknown:
            raise CatalogError(f"Take {{{min(unknown)}}} out of {key} in {path}: it has no value.")


def _options(words: Texts) -> str:
    """ "1 Tidak sesuai; 2 Kurang sesuai; …", in the words of the official form."""
    return "; ".join(f"{n} {words.get(f'{n}h', words[str(n)])}" for n in NILAI)
