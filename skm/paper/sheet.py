"""A form that was read: what the photo says, what a person answered, what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from skm.instansi.collector import Collector, Mode
from skm.paper.decide import ItemReading, has_words, reading_of
from skm.paper.form_code import FormCode
from skm.paper.layout import layout_of
from skm.paper.measures import FormMeasures
from skm.survey.instrument import Instrument
from skm.survey.response import Response

SARAN = "saran"  # what is written in the box for words, as a person typed it; "" leaves it out
SERIAL = "serial"  # the question whether a form with a known serial is another one, as a photocopy
YES = "yes"
OPEN = "-"  # given for a profile field that is left open


@dataclass(frozen=True)
class PaperSheet:
    """`given`: item or field id, SERIAL or SARAN → what a person answered; it stands above the
    reading.

    `is_known`: whether a form with this serial was read before. `response`: the receipt number once
    it is stored. `id`: its number in the store, 0 before.
    """

    code: FormCode
    measures: FormMeasures
    instrument: Instrument
    given: Mapping[str, str] = field(default_factory=dict)
    is_known: bool = False
    response: str | None = None
    id: int = 0

    @cached_property
    def reading(self) -> dict[str, ItemReading]:
        """What the measures say by today's thresholds."""
        return reading_of(self.measures, layout_of(self.instrument))

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What a person has to be asked, in order: SERIAL, then items and profile fields."""
        known = [SERIAL] if self.is_known else []
        asked = [item for item, one in self.reading.items() if one.question]
        return tuple(one for one in [*known, *asked] if one not in self.given)

    @property
    def is_clear(self) -> bool:
        return not self.questions

    @property
    def has_words(self) -> bool:
        """Whether something is written that was neither typed nor left out yet."""
        return SARAN not in self.given and has_words(self.measures)

    def option(self, item: str) -> str | None:
        """The answer to an item or field; None where it is open."""
        given = self.given.get(item)
        return self.reading[item].option if given is None else given if given != OPEN else None

    def response_to(self, collector: Collector, receipt: str, moment: datetime) -> Response:
        """The response of a clear form. `moment`: aware; only its day is known."""
        answers = {item.id: self.option(item.id) for item in self.instrument.items}
        return Response(
            id=receipt,
            upp=collector.upp,
            layanan=collector.layanan,
            collector=collector.code,
            instrument=self.instrument.version,
            answers={item: int(option) for item, option in answers.items() if option},
            submitted_at=moment,
            profile={
                asked.id: option
                for asked in self.instrument.profile
                if (option := self.option(asked.id))
            },
            saran=self.given.get(SARAN) or None,
            mode=Mode.PAPER,
        )


def options_of(instrument: Instrument, item: str) -> tuple[str, ...]:
    """What may be answered: nilai as text, the options of a profile field and OPEN, or YES."""
    if item == SERIAL:
        return (YES,)
    if item in instrument.fields:
        return (*instrument.fields[item].options, OPEN)
    return ("1", "2", "3", "4")
