"""Names of periods, long and short."""

from collections.abc import Sequence
from datetime import timedelta

from bot.messaging.catalog import Catalog
from skm.instansi.period import Period, PeriodKind

ROMAN = ("", "I", "II", "III", "IV")


def in_words(catalog: Catalog, language: str, period: Period) -> str:
    """ "triwulan IV 2026", "November 2026", "24 November 2026"."""
    match period.kind:
        case PeriodKind.DAY:
            return catalog.day(language, period.start)
        case PeriodKind.MONTH:
            return catalog.day(language, period.start).partition(" ")[2]
        case PeriodKind.WEEK:
            last = catalog.day(language, period.end - timedelta(days=1))
            first = _without_end_of(last, catalog.day(language, period.start))
            return catalog.say(language, "period.week", first=first, last=last)
        case PeriodKind.YEAR:
            return catalog.say(language, "period.year", year=str(period.start.year))
        case PeriodKind.SEMESTER | PeriodKind.QUARTER:
            number, year = ROMAN[int(str(period)[-1])], str(period.start.year)
            return catalog.say(language, f"period.{period.kind}", number=number, year=year)


def short(catalog: Catalog, language: str, period: Period) -> str:
    """As short as an axis needs: "TW IV 26", "Nov", "24 Nov"; a week by its first day."""
    match period.kind:
        case PeriodKind.YEAR:
            return str(period.start.year)
        case PeriodKind.SEMESTER | PeriodKind.QUARTER:
            number, year = ROMAN[int(str(period)[-1])], f"{period.start:%y}"
            return catalog.say(language, f"period.short_{period.kind}", number=number, year=year)
        case PeriodKind.MONTH:
            return catalog.short_day(language, period.start).partition(" ")[2]
        case PeriodKind.WEEK | PeriodKind.DAY:
            return catalog.short_day(language, period.start)


def short_with_year(catalog: Catalog, language: str, period: Period) -> str:
    """The same with its year, for axes longer than a year."""
    name = short(catalog, language, period)
    return name if name.endswith(f"{period.start:%y}") else f"{name} {period.start:%y}"


def last(catalog: Catalog, language: str, periods: Sequence[Period]) -> str:
    """Successive periods up to the newest: "12 minggu terakhir"."""
    return catalog.say(language, f"period.last_{periods[-1].kind}", count=len(periods))


def capital(text: str) -> str:
    """The text with a capital first letter, for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def _without_end_of(last: str, first: str) -> str:
    """ "16" of "16 November 2026" before "22 November 2026": without the words both end with."""
    words, other = first.split(" "), last.split(" ")
    while len(words) > 1 and words[-1:] == other[-1:]:
        del words[-1], other[-1]
    return " ".join(words)
