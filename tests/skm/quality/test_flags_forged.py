"""Answers that somebody makes up at a desk, among honest ones: by simulation, from a fixed seed."""

from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

from skm.figures.ikm import ikm
from skm.instansi.collector import Mode
from skm.quality.flag import Flag, Thresholds
from skm.quality.flagged import look
from skm.quality.flags import flags
from skm.quality.timed_response import TimedResponse, tally_of
from skm.survey.unsur import Unsur
from tests.skm.survey.test_instrument import SKM9
from tests.tools.populations import POPULATIONS, People

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08.00 in Jakarta
OPEN = 7 * 3600
WEEKS = 40
INVENTED = {Flag.AGREEMENT, Flag.BURST, Flag.EVEN_SPACING, Flag.STRAIGHT_LINING}

numbers = count()
Rng = np.random.Generator


def honest(rng: Rng, name: str, day: int, a_day: int) -> list[TimedResponse]:
    """People who come by chance, twice as many in the first two hours."""
    n = int(rng.poisson(a_day))
    early = rng.random(n) < 4 / 9
    seconds = np.where(early, rng.uniform(0, 7200, n), rng.uniform(7200, OPEN, n))
    return made(POPULATIONS[name].draw(rng, n, max(n, 1), 0.1), day, seconds)


def forged(rng: Rng, day: int, *, jittered: bool) -> list[TimedResponse]:
    """15 responses, 35 to 240 seconds apart, all 4 or with some 3."""
    gaps = rng.uniform(35, 240, 15)
    people = np.full((15, 9), 4) - (jittered & (rng.random((15, 9)) < 0.15))
    return made(people, day, rng.uniform(0, OPEN - gaps.sum()) + gaps.cumsum())


def made(people: People, day: int, seconds: np.ndarray) -> list[TimedResponse]:
    at = [MONDAY + timedelta(days=day, seconds=float(second)) for second in seconds]
    return [
        TimedResponse(
            id=f"R{next(numbers)}",
            collector="LOKET1",
            instrument=SKM9.version,
            answers=dict(zip(Unsur, map(int, row), strict=True)),
            submitted_at=when,
            started_at=when - timedelta(seconds=60),
            respondent=None,
            mode=Mode.SELF,
        )
        for row, when in zip(people, at, strict=True)
    ]


def flagged_days(given: list[TimedResponse]) -> set[int]:
    found = flags(given, UTC)
    return {
        (response.submitted_at - MONDAY).days
        for response in given
        if found.get(response.id, frozenset()) & INVENTED
    }


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("a_day", [2, 10, 20])
@pytest.mark.parametrize("jittered", [False, True])
def test_nine_of_ten_desk_days_with_15_forged_answers_are_flagged(
    name: str, a_day: int, jittered: bool
) -> None:
    rng, found = np.random.default_rng([a_day, jittered]), 0
    for _ in range(WEEKS):
        given = [r for day in range(5) for r in honest(rng, name, day, a_day)]
        day = int(rng.integers(5))
        found += day in flagged_days([*given, *forged(rng, day, jittered=jittered)])
    assert found / WEEKS >= 0.9


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("jittered", [False, True])
def test_the_index_without_flagged_ones_comes_closer_to_the_honest_one(
    name: str, jittered: bool
) -> None:
    """Every day 15 of 25 are made up."""
    rng, with_them, without, honest_ones = np.random.default_rng(8), [], [], []
    for _ in range(10):
        week = [r for day in range(5) for r in honest(rng, name, day, 10)]
        made_up = [r for day in range(5) for r in forged(rng, day, jittered=jittered)]
        whole = tally_of([*week, *made_up], SKM9)
        odd = look([*week, *made_up], whole, SKM9, UTC, Thresholds())
        honest_ones.append(float(ikm(tally_of(week, SKM9)) or 0))
        with_them.append(float(ikm(whole) or 0))
        without.append(float(odd.unflagged or with_them[-1]))
    raised = np.mean(with_them) - np.mean(honest_ones)
    assert np.mean(without) - np.mean(honest_ones) < 0.5 * raised


@pytest.mark.parametrize("name", POPULATIONS)
def test_leaving_out_honest_people_never_raises_the_index(name: str) -> None:
    """Every third answers quickly and is displeased, eight of them 3 throughout in a row."""
    for seed in range(WEEKS):
        rng = np.random.default_rng(seed)
        week = [r for day in range(5) for r in honest(rng, name, day, 20)]
        quick = [
            r._replace(
                started_at=r.submitted_at - timedelta(seconds=9),
                answers=dict.fromkeys(Unsur, 3) if number < 8 else r.answers,
            )
            for number, r in enumerate(week[::3])
        ]
        given = [*quick, *(r for number, r in enumerate(week) if number % 3)]
        whole = tally_of(given, SKM9)
        odd = look(given, whole, SKM9, UTC, Thresholds())
        assert odd.count >= len(quick)
        assert odd.unflagged is None or odd.unflagged <= (ikm(whole) or 0)


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("a_day", [2, 10, 20, 40])
def test_at_most_one_honest_desk_day_of_fifty_is_flagged(name: str, a_day: int) -> None:
    rng = np.random.default_rng(a_day)
    weeks = ([r for day in range(5) for r in honest(rng, name, day, a_day)] for _ in range(WEEKS))
    assert sum(len(flagged_days(week)) for week in weeks) / (5 * WEEKS) <= 0.02


def test_of_the_desk_days_of_a_city_hardly_any_is_flagged_in_error() -> None:
    """A week of 155 desks of all sizes: at most one day in 200, however many desks there are."""
    rng, flagged = np.random.default_rng(155), 0
    for desk in range(155):
        name, a_day = list(POPULATIONS)[desk % 3], (2, 10, 20, 40)[desk % 4]
        flagged += len(flagged_days([r for day in range(5) for r in honest(rng, name, day, a_day)]))
    assert flagged / (155 * 5) <= 0.005


def test_who_forges_every_day_is_flagged_too() -> None:
    rng, found = np.random.default_rng(5), 0
    for _ in range(WEEKS):
        given = [
            response
            for day in range(5)
            for response in (
                *honest(rng, "60 % content", day, 10),
                *forged(rng, day, jittered=True),
            )
        ]
        found += len(flagged_days(given))
    assert found / (5 * WEEKS) >= 0.9
