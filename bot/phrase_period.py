"""A period as people call it, long and short."""

from collections.abc import Sequence
from datetime import timedelta

from bot.catalog import Catalog
from skm.period import Kind, Period

ROMAN = ("", "I", "II", "III", "IV")


def in_words(catalog: Catalog, language: str, period: Period) -> str:
    """ "triwulan IV 2026", "November 2026", "24 November 2026"."""
    match period.kind:
        case Kind.DAY:
            return catalog.day(language, period.start)
        case Kind.MONTH:
            return catalog.day(language, period.start).partition(" ")[2]
        case Kind.WEEK:
            last = catalog.day(language, period.end - timedelta(days=1))
            first = _without_end_of(last, catalog.day(language, period.start))
            return catalog.say(language, "period.week", first=first, last=last)
        case Kind.YEAR:
            return catalog.say(language, "period.year", year=str(period.start.year))
        case Kind.SEMESTER | Kind.QUARTER:
            number, year = ROMAN[int(str(period)[-1])], str(period.start.year)
            return catalog.say(language, f"period.{period.kind}", number=number, year=year)


def short(catalog: Catalog, language: str, period: Period) -> str:
    """As short as an axis needs: "TW IV 26", "Nov", "24 Nov"; a week by its first day."""
    match period.kind:
        case Kind.YEAR:
            return str(period.start.year)
        case Kind.SEMESTER | Kind.QUARTER:
            number, year = ROMAN[int(str(period)[-1])], f"{period.start:%y}"
            return catalog.say(language, f"period.short_{period.kind}", number=number, year=year)
        case Kind.MONTH:
            return catalog.short_day(language, period.start).partition(" ")[2]
        case Kind.WEEK | Kind.DAY:
            return catalog.short_day(language, period.start)


def short_with_year(catalog: Catalog, language: str, period: Period) -> str:
    """The same where one looks back further than a year."""
    said = short(catalog, language, period)
    return said if said.endswith(f"{period.start:%y}") else f"{said} {period.start:%y}"


def last(catalog: Catalog, language: str, periods: Sequence[Period]) -> str:
    """What a row of periods is, the newest at its end: "12 minggu terakhir"."""
    return catalog.say(language, f"period.last_{periods[-1].kind}", count=len(periods))


def capital(text: str) -> str:
    """As it stands at the beginning of a sentence or a line."""
    return text[:1].upper() + text[1:]


def _without_end_of(last: str, first: str) -> str:
    """ "16" of "16 November 2026" beside "22 November 2026": what both end with is said once."""
    words, other = first.split(" "), last.split(" ")
    while len(words) > 1 and words[-1:] == other[-1:]:
        del words[-1], other[-1]
    return " ".join(words)
