"""A period as people call it, long and short."""

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
            first, last = period.start, period.end - timedelta(days=1)
            return catalog.say(language, "period.week", first=first, last=last)
        case Kind.YEAR:
            return catalog.say(language, "period.year", year=str(period.start.year))
        case Kind.SEMESTER | Kind.QUARTER:
            number, year = ROMAN[int(str(period)[-1])], str(period.start.year)
            return catalog.say(language, f"period.{period.kind}", number=number, year=year)


def short(catalog: Catalog, language: str, period: Period) -> str:
    """As short as an axis needs: "TW IV", "Nov", "47", "24"."""
    from babel.dates import format_date

    match period.kind:
        case Kind.MONTH:
            return format_date(period.start, "MMM", locale=language)
        case Kind.DAY:
            return str(period.start.day)
        case Kind.WEEK:
            return str(period.start.isocalendar().week)
        case Kind.YEAR:
            return str(period.start.year)
        case Kind.QUARTER:
            return f"TW {ROMAN[int(str(period)[-1])]}"
        case Kind.SEMESTER:
            return f"S {ROMAN[int(str(period)[-1])]}"
