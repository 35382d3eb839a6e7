"""What is flagged and what is not: each rule as a table, at its limits."""

from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.figures.compare import Change, Reason
from skm.figures.ikm import ikm
from skm.instansi.collector import Mode
from skm.quality.assisted import assisted_change
from skm.quality.flag import Flag, Thresholds
from skm.quality.flags import flags
from skm.quality.timed_response import TimedResponse, tally_of
from skm.survey.instrument import Instrument, Item
from skm.survey.unsur import Unsur

JAKARTA = ZoneInfo("Asia/Jakarta")
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=JAKARTA).astimezone(UTC)
NINE = Instrument("skm9", "skm9-1", tuple(Item(unsur, unsur) for unsur in Unsur), ())
USUAL = (4, 3, 3, 4, 3, 4, 4, 4, 3)

numbers = count()


def response(
    minute: float = 0,
    answers: tuple[int, ...] = USUAL,
    *,
    took: float = 60,
    collector: str | None = "PAJANG",
    respondent: str | None = None,
    mode: Mode = Mode.SELF,
) -> TimedResponse:
    """A response submitted some minutes after ten, `took` seconds after its scan."""
    number = next(numbers)
    at = TUESDAY_TEN + timedelta(minutes=minute)
    return TimedResponse(
        id=f"R{number}",
        collector=collector,
        instrument="skm9-1",
        answers=dict(zip(Unsur, answers, strict=True)),
        submitted_at=at,
        started_at=at - timedelta(seconds=took),
        respondent=respondent or f"person {number}",
        mode=mode,
    )


def flagged(*responses: TimedResponse, at: Thresholds | None = None) -> list[set[Flag]]:
    """The flags of each, in order."""
    found = flags(responses, JAKARTA, at)
    return [set(found.get(response.id, ())) for response in responses]


def unevenly(number: int, every: float) -> float:
    """The minute at which the one with this number comes, where they come about `every` minutes."""
    return every * (number + number * number % 3 / 3)


def test_an_ordinary_day_has_no_flags() -> None:
    assert flags([response(minute=unevenly(i, 5)) for i in range(50)], JAKARTA) == {}


@pytest.mark.parametrize(("late", "expected"), [(0.1, {Flag.EVEN_SPACING}), (1.5, set())])
def test_responses_that_come_like_clockwork_are_flagged(late: float, expected: set[Flag]) -> None:
    """Every eight minutes, at most so many minutes late."""
    given = [response(8 * i + late * (i * i % 3)) for i in range(12)]
    assert flagged(*given) == [expected] * 12


def test_responses_that_agree_more_than_those_of_other_days_are_flagged() -> None:
    """Fifteen that are nearly all 4, without a single one that is 4 throughout."""
    kinds = [(4, 3, 3, 4, 3, 3, 4, 4, 3), (3,) * 9, (2, 3, 3, 2, 3, 3, 2, 3, 3), (4,) * 9]
    days = [response(24 * 60 * (i // 9 - 8) + 33 * (i % 9), kinds[i * i % 4]) for i in range(45)]
    alike = [response(unevenly(i, 20), (4, 4, 4, 3, 4, 4, 4, 4, 4 - i % 2)) for i in range(15)]
    found = flagged(*alike, *days)
    assert found == [{Flag.AGREEMENT}] * 15 + [set()] * 45


def test_the_same_agreement_on_every_day_is_usual() -> None:
    nearly = (4, 4, 4, 3, 4, 4, 4, 4, 4)
    days = [response(24 * 60 * day + unevenly(i, 20), nearly) for day in range(5) for i in range(9)]
    assert flagged(*days) == [set()] * 45


@pytest.mark.parametrize(
    ("took", "mode", "expected"),
    [
        (17, Mode.SELF, {Flag.TOO_FAST}),
        (-3583, Mode.SELF, set()),  # the clock was set back in between
        (18, Mode.SELF, set()),
        (17, Mode.ASSISTED, {Flag.TOO_FAST}),
        (0, Mode.PAPER, set()),
    ],
)
def test_nine_answers_in_less_than_two_seconds_each_are_too_fast(
    took: float, mode: Mode, expected: set[Flag]
) -> None:
    assert flagged(response(took=took, mode=mode)) == [expected]


def test_a_response_without_a_start_is_not_too_fast() -> None:
    assert flagged(response()._replace(started_at=None)) == [set()]


@pytest.mark.parametrize(
    ("nilai", "minutes", "expected"),
    [
        (3, (0, 5, 10), {Flag.STRAIGHT_LINING}),
        (2, (0, 5, 10), {Flag.STRAIGHT_LINING}),
        (3, (0, 5, 10.1), set()),
        (3, (0, 5), set()),
        (4, (0, 5, 10), set()),
        (1, (0, 5, 10), set()),
    ],
)
def test_equal_answers_of_two_or_three_are_flagged_if_several_come_together(
    nilai: int, minutes: tuple[float, ...], expected: set[Flag]
) -> None:
    responses = [response(minute, (nilai,) * 9) for minute in minutes]
    assert flagged(*responses) == [expected] * len(minutes)


def test_equal_answers_at_different_collectors_are_not_flagged() -> None:
    desks = [response(i, (3,) * 9, collector=f"DESK{i}") for i in range(5)]
    assert flagged(*desks) == [set()] * 5


def test_other_answers_between_equal_ones_are_not_flagged() -> None:
    found = flagged(
        response(0, (3,) * 9), response(1), response(2, (3,) * 9), response(3, (3,) * 9)
    )
    straight = {Flag.STRAIGHT_LINING}
    assert found == [straight, set(), straight, straight]


@pytest.mark.parametrize(
    ("number", "every", "expected"), [(10, 120, Flag.BURST), (10, 180, None), (9, 1, None)]
)
def test_ten_responses_in_twenty_minutes_are_a_burst_at_a_desk_that_has_few(
    number: int, every: int, expected: Flag | None
) -> None:
    """`every`: seconds from one to the next; ten have nine gaps."""
    found = flagged(*(response(i * every / 60) for i in range(number)))
    assert [each & {Flag.BURST} for each in found] == [{expected} - {None}] * number


def test_other_responses_of_a_day_with_a_burst_are_not_flagged() -> None:
    morning = [response(-120 + unevenly(i, 10)) for i in range(10)]
    rush = [response(30 + unevenly(i, 0.1)) for i in range(12)]
    assert flagged(*morning, *rush) == [set()] * 10 + [{Flag.BURST}] * 12


def test_at_a_desk_that_always_has_many_the_same_pace_is_no_burst() -> None:
    days = [response(24 * 60 * day + unevenly(i, 5)) for day in range(5) for i in range(80)]
    assert flagged(*days) == [set()] * 400


@pytest.mark.parametrize("content", [0, 10])
def test_answers_of_4_throughout_are_flagged_where_the_unit_has_few_of_them(content: int) -> None:
    """Seven in a row, among a hundred that differ or of which every second is the same."""
    share = [(4,) * 9 if i % 20 < 2 * content and i % 2 else USUAL for i in range(100)]
    others = [response(24 * 60 * (1 + i), nilai) for i, nilai in enumerate(share)]
    run = [response(30 * i, (4,) * 9) for i in range(7)]
    found = flagged(*run, *others)
    assert found[:7] == [set() if content else {Flag.STRAIGHT_LINING}] * 7
    assert {Flag.STRAIGHT_LINING} not in found[7:]


def test_responses_without_a_collector_are_no_burst() -> None:
    assert flagged(*(response(collector=None) for _ in range(20))) == [set()] * 20


@pytest.mark.parametrize(("codes", "expected"), [(4, {Flag.MANY_CODES}), (3, set())])
def test_one_person_at_four_codes_in_a_day_is_flagged(codes: int, expected: set[Flag]) -> None:
    responses = [response(60 * i, collector=f"DESK{i}", respondent="one") for i in range(codes)]
    assert flagged(*responses) == [expected] * codes


def test_the_day_of_many_codes_is_the_local_one() -> None:
    """02.00 on the 25th in Jakarta is still the 24th in UTC."""
    late = [response(60 * 16, collector=f"DESK{i}", respondent="one") for i in range(2)]
    early = [response(0, collector=f"LOKET{i}", respondent="one") for i in range(2)]
    assert all(Flag.MANY_CODES not in found for found in flagged(*early, *late))


def test_unknown_respondents_do_not_count_as_one_person() -> None:
    unknown = [response(collector=f"DESK{i}")._replace(respondent=None) for i in range(9)]
    assert flagged(*unknown) == [set()] * 9


@pytest.mark.parametrize(
    ("scanned", "expected"),
    [
        ("2026-11-24 06:29", {Flag.OUTSIDE_HOURS}),
        ("2026-11-24 06:30", set()),
        ("2026-11-24 16:59", set()),
        ("2026-11-24 17:00", {Flag.OUTSIDE_HOURS}),
        ("2026-11-28 10:00", set()),
        ("2026-11-29 10:00", {Flag.OUTSIDE_HOURS}),
    ],
)
def test_a_scan_outside_opening_hours_is_flagged(scanned: str, expected: set[Flag]) -> None:
    """By the local clock; finishing at home in the evening is not flagged."""
    start = datetime.fromisoformat(scanned).replace(tzinfo=JAKARTA)
    evening = response()._replace(started_at=start, submitted_at=start + timedelta(hours=5))
    assert flagged(evening) == [expected]


def test_opening_hours_may_be_all_day_and_every_day() -> None:
    always = Thresholds(
        opens=datetime.min.time(), closes=datetime.max.time(), weekdays=frozenset(range(7))
    )
    assert flagged(response(60 * 14), at=always) == [set()]


def test_paper_forms_get_no_flags() -> None:
    forms = [response(0, (3,) * 9, took=0, mode=Mode.PAPER) for _ in range(30)]
    assert flagged(*forms) == [set()] * 30


@given(
    st.lists(
        st.builds(
            response,
            st.integers(0, 30),
            st.sampled_from([USUAL, (3,) * 9, (2,) * 9]),
            took=st.sampled_from([5, 60]),
            collector=st.sampled_from(["A", "B", "C", "D", None]),
            respondent=st.sampled_from(["one", "two", "three"]),
        ),
        max_size=25,
    ).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found)))
)
def test_flags_do_not_depend_on_the_order_of_responses(
    both: tuple[list[TimedResponse], list[TimedResponse]],
) -> None:
    straight, shuffled = both
    assert flags(straight, JAKARTA) == flags(shuffled, JAKARTA)


def test_a_tally_can_leave_out_flagged_responses() -> None:
    good, bad = response(answers=(4,) * 9), response(answers=(2,) * 9, took=5)
    found = flags([good, bad], JAKARTA)
    kept = [each for each in (good, bad) if each.id not in found]
    assert str(ikm(tally_of([good, bad], NINE))) == "75.00"
    assert str(ikm(tally_of(kept, NINE))) == "100.00"


def test_responses_to_another_instrument_are_not_tallied() -> None:
    other = response()._replace(instrument="skm9-2")
    assert tally_of([response(), other], NINE).n == 1


def test_assisted_responses_are_compared_with_own_ones() -> None:
    alone = [response(86400 * i, (3, 3, 3, 4, 3, 3, 3, 4, 3)) for i in range(20)]
    helped = [response(86400 * i, (4,) * 9, mode=Mode.ASSISTED) for i in range(20)]
    assert assisted_change([*alone, *helped], NINE).change is Change.NAIK
    assert assisted_change(alone, NINE).reason is Reason.TOO_FEW
