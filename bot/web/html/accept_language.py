"""The language that a browser prefers, from its Accept-Language header."""

from collections.abc import Collection

from bot.messaging.catalog import language_of

MAX_HEADER = 200  # characters of an Accept-Language header that are read


def negotiate(header: str, available: Collection[str]) -> str:
    """The available language that an Accept-Language header prefers, "" if there is none.

    "en;q=0.3, jv-ID" prefers jv; a weight of 0 excludes a language (RFC 9110, 12.5.4).
    """
    weighted = (_weighted(part) for part in header[:MAX_HEADER].split(","))
    by_weight = sorted(weighted, key=lambda pair: -pair[1])
    return next((code for code, weight in by_weight if weight > 0 and code in available), "")


def _weighted(part: str) -> tuple[str, float]:
    """(language, weight) of "jv-ID;q=0.8". Without a weight it is 1, with a malformed one 0."""
    tag, *parameters = part.replace(" ", "").split(";")
    weights = [number for number in parameters if number[:2].lower() == "q="]
    try:
        return language_of(tag), float(weights[0][2:]) if weights else 1.0
    except ValueError:
        return language_of(tag), 0.0
