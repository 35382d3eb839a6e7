"""What reading a file needs of a deployment: its questionnaire, its words, its units."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.messaging.catalog import Catalog
from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.responses import Context
from skm.intake.words import IntakeWords
from skm.survey.instrument import NILAI, Instrument


def context(
    catalog: Catalog,
    instrument: Instrument,
    upps: Iterable[Upp],
    zone: tzinfo,
    now: datetime,
    allowed: frozenset[str] | None = None,
) -> Context:
    """`allowed`: codes of the units that may be brought in, None for all."""
    return Context(instrument, words(catalog, instrument), tuple(upps), zone, now, allowed)


def words(catalog: Catalog, instrument: Instrument) -> IntakeWords:
    """The words of the questionnaire in every language, beside those that offices use."""
    headings: dict[str, str] = {}
    labels: dict[str, dict[str, int]] = {item.id: {} for item in instrument.items}
    options: dict[str, dict[str, str]] = {asked.id: {} for asked in instrument.profile}
    for language in catalog.languages:
        for item in instrument.items:
            table = catalog.table(language, f"{instrument.name}.{item.id}")
            headings |= {folded(table[part]): item.id for part in ("ask", "short")}
            for nilai in NILAI:
                for key in (str(nilai), f"{nilai}h"):
                    if key in table:
                        labels[item.id].setdefault(folded(table[key]), nilai)
        for asked in instrument.profile:
            table = catalog.table(language, f"profile.{asked.id}")
            for option in asked.options:
                options[asked.id].setdefault(folded(table[option]), option)
    return IntakeWords(headings, labels, options, catalog.vocabulary.periods)
