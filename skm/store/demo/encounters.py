"""A year in the demo city: every visit and how it ended, from a fixed seed.

Some units have a story, so that each case can be seen: one that nobody answers at any more, one
with fewer than five responses, one that gets slower, one where a desk answers for its citizens.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TypeVar

from skm.instrument import Instrument
from skm.interview import Disposition, Interview
from skm.response import Response
from skm.store.demo.answers import answers, profile, saran
from skm.store.demo.city import SEED, City
from skm.store.demo.days import moments
from skm.unsur import Unsur
from skm.upp import Collector, Mode, Upp
from skm.visit import RECEIPT_ALPHABET, Visit, response_of

T = TypeVar("T")

TYPICAL = 14.5  # encounters a year = this × the square root of the published quarter's respondents
EVERY_DAY = ("RSUD", "MUSEUM", "WISATA", "TSTJ")

SILENT, SILENT_DAYS = "TPA", 60
FEW, FEW_ENCOUNTERS = "METROLOGI", 4
SLOWER, SLOWER_DAYS, SLOWER_BY = "DISPERKIM", 45, 0.9
BURST, BURST_SIZE, BURST_EVERY = "KELSEMANGGI", 14, timedelta(seconds=40)

ENDS = {Disposition.COMPLETE: 91, Disposition.BREAK_OFF: 7, Disposition.REFUSAL: 2}
CHANNELS = {"telegram": 56, "web": 34, "whatsapp": 10}
MODES = {Mode.SELF: 84, Mode.ASSISTED: 9, Mode.PAPER: 7}
LANGUAGES = {"id": 94, "jv": 5, "en": 1}
SECONDS = (4.7, 0.45)  # a survey takes e to the power of a normal with this mean and spread


@dataclass(frozen=True)
class Encounter:
    """A closed visit and, where it was complete, its response. Paper forms have no visit."""

    visit: Visit | None
    response: Response | None
    closed_at: datetime
    broke_off_at: str | None = None


@dataclass(frozen=True)
class Year:
    """The year that ends now. The same day gives the same encounters, later hours add some."""

    city: City
    instrument: Instrument
    zone: tzinfo
    now: datetime

    def at(self, unit: Upp) -> Iterator[Encounter]:
        """The encounters at a unit, oldest first."""
        ways = [way for way in self.city.collectors if way.upp == unit.code]
        for n, moment in enumerate(self._moments(unit)):
            dice = random.Random(f"{SEED} {unit.code} {n}")
            if moment <= self.now:
                yield self._encounter(dice, unit, dice.choice(ways), moment)
        if unit.code == BURST:
            yield from self._burst(unit, ways[0])

    def _moments(self, unit: Upp) -> list[datetime]:
        dice = random.Random(f"{SEED} {unit.code} moments")
        count = round(TYPICAL * math.sqrt(self.city.ratings[unit.code].respondents))
        if unit.code == FEW:
            count = FEW_ENCOUNTERS
        open_daily = unit.code.startswith(EVERY_DAY)
        found = moments(dice, count, self._local.date(), self.zone, every_day=open_daily)
        silent_since = self._local - timedelta(days=SILENT_DAYS)
        return [m for m in found if unit.code != SILENT or m < silent_since]

    @property
    def _local(self) -> datetime:
        return self.now.astimezone(self.zone)

    def _means(self, unit: Upp, moment: datetime) -> dict[Unsur, float]:
        """Each unit drifts a little over the year, up or down."""
        drift = random.Random(f"{SEED} {unit.code} drift").gauss(0, 0.08)
        back = (self._local - moment) / timedelta(days=365)
        nilai = self.city.ratings[unit.code].nilai
        means = {unsur: nilai[unsur] / 25 + drift * (0.5 - back) for unsur in Unsur}
        if unit.code == SLOWER and moment > self._local - timedelta(days=SLOWER_DAYS):
            means[Unsur.U3] -= SLOWER_BY
            means[Unsur.U2] -= SLOWER_BY / 2
        return means

    def _encounter(
        self, dice: random.Random, unit: Upp, way: Collector, moment: datetime
    ) -> Encounter:
        said = answers(dice, self.instrument, self._means(unit, moment))
        visit = self._visit(dice, unit, way, moment, one_of(dice, MODES), said)
        response = response_of(visit, visit.touched_at)
        if visit.mode is Mode.PAPER:
            return Encounter(None, on_paper(response), visit.touched_at)
        end = one_of(dice, ENDS)
        if end is Disposition.COMPLETE:
            return Encounter(visit, response, visit.touched_at)
        items = [item.id for item in self.instrument.items]
        at = items[0] if end is Disposition.REFUSAL else dice.choice(items)
        ended = replace(visit, interview=Interview(visit.id, visit.interview.language, ended=end))
        return Encounter(ended, None, visit.touched_at, at)

    def _burst(self, unit: Upp, way: Collector) -> Iterator[Encounter]:
        """One after the other, all the best, at the end of a day last week."""
        day = self._local.date() - timedelta(days=self._local.weekday() + 4)
        begun = datetime.combine(day, time(14, 40), self.zone)
        best = dict.fromkeys(self.instrument.by_id, 4)
        for n in range(BURST_SIZE):
            dice = random.Random(f"{SEED} {unit.code} burst {n}")
            moment = begun + n * BURST_EVERY
            visit = self._visit(dice, unit, way, moment, Mode.ASSISTED, best)
            visit = replace(visit, opened_at=visit.touched_at - BURST_EVERY)
            yield Encounter(visit, response_of(visit, visit.touched_at), visit.touched_at)

    def _visit(
        self,
        dice: random.Random,
        unit: Upp,
        way: Collector,
        moment: datetime,
        mode: Mode,
        said: dict[str, int],
    ) -> Visit:
        """A complete visit that ends at the moment."""
        opened = moment - timedelta(seconds=round(math.exp(dice.gauss(*SECONDS))))
        interview = Interview(
            id="".join(dice.choices(RECEIPT_ALPHABET, k=8)),
            language=one_of(dice, LANGUAGES),
            answers=said,
            profile=profile(dice, self.instrument),
            comment=saran(dice, self.instrument, said, way.layanan),
            ended=Disposition.COMPLETE,
        )
        return Visit(
            interview=interview,
            collector=way,
            upp_name=unit.name,
            instrument=self.instrument.version,
            respondent=f"{dice.getrandbits(128):032x}",
            channel="web" if mode is Mode.ASSISTED else one_of(dice, CHANNELS),
            address=None,
            mode=mode,
            opened_at=opened.astimezone(UTC),
            touched_at=moment.astimezone(UTC),
        )


def on_paper(response: Response) -> Response:
    """As an office types it in: nobody knows when it was begun or by whom."""
    return replace(response, collector=None, respondent=None, started_at=None, channel="")


def one_of(dice: random.Random, weights: Mapping[T, int]) -> T:
    """A key, by its weight."""
    return dice.choices(list(weights), list(weights.values()))[0]
