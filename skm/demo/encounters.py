"""A year of visits in the demo city and how each ended, from a fixed seed.

Some units have a story of their own, so that every case can be seen: one without responses for
weeks, one with fewer than five, one that gets slower, one where an officer answers for citizens.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TypeVar

from skm.demo.answers import answers, profile, saran
from skm.demo.city import SEED, City
from skm.demo.days import moments
from skm.instansi.collector import Collector, Mode
from skm.instansi.upp import Upp
from skm.privacy.pseudonym import RECEIPT_ALPHABET
from skm.survey.instrument import Instrument
from skm.survey.interview import Disposition, Interview
from skm.survey.response import Response
from skm.survey.unsur import Unsur
from skm.survey.visit import Visit, response_of

T = TypeVar("T")

TYPICAL = 14.5  # encounters a year = this × the square root of the respondents of a quarter
EVERY_DAY = ("RSUD", "MUSEUM", "WISATA", "TSTJ")  # codes of units that are open on Sundays

SILENT, SILENT_DAYS = "TPA", 60
SMALL, SMALL_ENCOUNTERS = "METROLOGI", 4
SLOWER, SLOWER_DAYS, SLOWER_BY = "DISPERKIM", 45, 0.9
BURST, BURST_SIZE, BURST_EVERY = "KELSEMANGGI", 14, timedelta(seconds=40)

ENDS = {Disposition.COMPLETE: 91, Disposition.BREAK_OFF: 7, Disposition.REFUSAL: 2}
CHANNELS = {"telegram": 56, "web": 34, "whatsapp": 10}
MODES = {Mode.SELF: 84, Mode.ASSISTED: 9, Mode.PAPER: 7}
LANGUAGES = {"id": 94, "jv": 5, "en": 1}
SECONDS = (4.7, 0.45)  # mean and spread of the natural logarithm of a survey's duration


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
        own = [collector for collector in self.city.collectors if collector.upp == unit.code]
        for n, moment in enumerate(self._moments(unit)):
            rng = random.Random(f"{SEED} {unit.code} {n}")
            if moment <= self.now:
                yield self._encounter(rng, unit, rng.choice(own), moment)
        if unit.code == BURST:
            yield from self._burst(unit, own[0])

    def _moments(self, unit: Upp) -> list[datetime]:
        rng = random.Random(f"{SEED} {unit.code} moments")
        count = round(TYPICAL * math.sqrt(self.city.ratings[unit.code].respondents))
        if unit.code == SMALL:
            count = SMALL_ENCOUNTERS
        open_daily = unit.code.startswith(EVERY_DAY)
        found = moments(rng, count, self._local.date(), self.zone, every_day=open_daily)
        silent_since = self._local - timedelta(days=SILENT_DAYS)
        return [m for m in found if unit.code != SILENT or m < silent_since]

    @property
    def _local(self) -> datetime:
        return self.now.astimezone(self.zone)

    def _means(self, unit: Upp, moment: datetime) -> dict[Unsur, float]:
        """The unit's mean nilai, which drifts a little over the year, up or down."""
        drift = random.Random(f"{SEED} {unit.code} drift").gauss(0, 0.08)
        years_ago = (self._local - moment) / timedelta(days=365)
        nilai = self.city.ratings[unit.code].nilai
        means = {unsur: nilai[unsur] / 25 + drift * (0.5 - years_ago) for unsur in Unsur}
        if unit.code == SLOWER and moment > self._local - timedelta(days=SLOWER_DAYS):
            means[Unsur.U3] -= SLOWER_BY
            means[Unsur.U2] -= SLOWER_BY / 2
        return means

    def _encounter(
        self, rng: random.Random, unit: Upp, collector: Collector, moment: datetime
    ) -> Encounter:
        given = answers(rng, self.instrument, self._means(unit, moment))
        visit = self._visit(rng, unit, collector, moment, one_of(rng, MODES), given)
        response = response_of(visit, visit.touched_at)
        if visit.mode is Mode.PAPER:
            return Encounter(None, on_paper(response), visit.touched_at)
        end = one_of(rng, ENDS)
        if end is Disposition.COMPLETE:
            return Encounter(visit, response, visit.touched_at)
        items = [item.id for item in self.instrument.items]
        at = items[0] if end is Disposition.REFUSAL else rng.choice(items)
        ended = replace(visit, interview=Interview(visit.id, visit.interview.language, ended=end))
        return Encounter(ended, None, visit.touched_at, at)

    def _burst(self, unit: Upp, collector: Collector) -> Iterator[Encounter]:
        """Responses in quick succession, all with the highest nilai, on one afternoon last week."""
        day = self._local.date() - timedelta(days=self._local.weekday() + 4)
        begun = datetime.combine(day, time(14, 40), self.zone)
        best = dict.fromkeys(self.instrument.by_id, 4)
        for n in range(BURST_SIZE):
            rng = random.Random(f"{SEED} {unit.code} burst {n}")
            moment = begun + n * BURST_EVERY
            visit = self._visit(rng, unit, collector, moment, Mode.ASSISTED, best)
            visit = replace(visit, opened_at=visit.touched_at - BURST_EVERY)
            yield Encounter(visit, response_of(visit, visit.touched_at), visit.touched_at)

    def _visit(
        self,
        rng: random.Random,
        unit: Upp,
        collector: Collector,
        moment: datetime,
        mode: Mode,
        given: dict[str, int],
    ) -> Visit:
        """A complete visit that ends at `moment`."""
        opened = moment - timedelta(seconds=round(math.exp(rng.gauss(*SECONDS))))
        interview = Interview(
            id="".join(rng.choices(RECEIPT_ALPHABET, k=8)),
            language=one_of(rng, LANGUAGES),
            answers=given,
            profile=profile(rng, self.instrument),
            comment=saran(rng, self.instrument, given, collector.layanan),
            ended=Disposition.COMPLETE,
        )
        return Visit(
            interview=interview,
            collector=collector,
            upp_name=unit.name,
            instrument=self.instrument.version,
            respondent=f"{rng.getrandbits(128):032x}",
            channel="web" if mode is Mode.ASSISTED else one_of(rng, CHANNELS),
            mode=mode,
            opened_at=opened.astimezone(UTC),
            touched_at=moment.astimezone(UTC),
        )


def on_paper(response: Response) -> Response:
    """The response as it is imported from a paper form, without who began it and when."""
    return replace(response, collector=None, respondent=None, started_at=None, channel="")


def one_of(rng: random.Random, weights: Mapping[T, int]) -> T:
    """A key, chosen by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]
