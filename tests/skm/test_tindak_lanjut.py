"""A follow-up from empty to done, what share of it was realised, and when somebody is reminded."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.ikm import Tally
from skm.period import Period
from skm.report import Report
from skm.tindak_lanjut import (
    Done,
    Plan,
    Refusal,
    State,
    TindakLanjut,
    TindakLanjutError,
    counts,
    done_of,
    proposed,
    realised,
    reminder,
    share,
)
from skm.unsur import Unsur
from tests.skm.tallies import tally_of

Q3 = Period.parse("2026-Q3")  # ends with 30 September
TODAY = date(2026, 10, 5)
PLAN = Plan("Perbanyak kursi tunggu", date(2026, 11, 30), "Kasubag Umum")
DONE = Done(date(2026, 11, 24), note="Dua puluh kursi terpasang")

EMPTY = TindakLanjut("DUKCAPIL", Q3, Unsur.U9)
PLANNED = EMPTY.planned(PLAN, TODAY)
FINISHED = PLANNED.finished(DONE)


def three(*items: TindakLanjut) -> list[TindakLanjut]:
    return [replace(item, unsur=unsur) for item, unsur in zip(items, Unsur, strict=False)]


# --- from empty to done --------------------------------------------------------------------------


def test_the_three_priority_unsur_are_proposed_the_lowest_first() -> None:
    report = Report.of("DUKCAPIL", Q3, {"skm9-1": tally_of([4, 4, 2, 4, 3, 4, 4, 4, 1])})
    assert proposed(report) == tuple(
        TindakLanjut("DUKCAPIL", Q3, unsur) for unsur in (Unsur.U9, Unsur.U3, Unsur.U5)
    )
    assert proposed(Report.of("DUKCAPIL", Q3, {"skm9-1": Tally.empty()})) == ()


@pytest.mark.parametrize(
    ("item", "day", "state"),
    [
        (EMPTY, date(2027, 1, 1), State.EMPTY),
        (PLANNED, date(2026, 10, 5), State.PLANNED),
        (PLANNED, date(2026, 11, 30), State.PLANNED),  # the deadline is the last day
        (PLANNED, date(2026, 12, 1), State.OVERDUE),
        (FINISHED, date(2026, 12, 1), State.DONE),
        (FINISHED.reopened(), date(2026, 11, 30), State.PLANNED),
        (FINISHED.reopened(), date(2026, 12, 1), State.OVERDUE),
    ],
)
def test_the_state_follows_from_what_was_written_and_the_day(
    item: TindakLanjut, day: date, state: State
) -> None:
    assert item.state(day) is state


@pytest.mark.parametrize(
    ("item", "plan", "refusal"),
    [
        (EMPTY, replace(PLAN, action=" "), Refusal.NO_ACTION),
        (EMPTY, replace(PLAN, person=""), Refusal.NO_PERSON),
        (EMPTY, replace(PLAN, deadline=date(2026, 10, 4)), Refusal.PAST_DEADLINE),
        (FINISHED, PLAN, Refusal.IS_DONE),
    ],
)
def test_a_plan_says_what_until_when_and_who(
    item: TindakLanjut, plan: Plan, refusal: Refusal
) -> None:
    with pytest.raises(TindakLanjutError) as told:
        item.planned(plan, TODAY)
    assert told.value.refusal is refusal
    assert str(told.value)[0].isupper()
    assert str(told.value).endswith(".")


def test_a_plan_may_be_for_today_and_replaces_an_earlier_one() -> None:
    today = replace(PLAN, deadline=TODAY)
    assert PLANNED.planned(today, TODAY).plan == today


def test_what_was_not_planned_cannot_be_done_and_what_is_done_is_shown() -> None:
    with pytest.raises(TindakLanjutError, match="Write the plan first"):
        EMPTY.finished(DONE)
    with pytest.raises(TindakLanjutError, match="Add a note or a photo"):
        PLANNED.finished(Done(DONE.on, note="  "))
    assert PLANNED.finished(Done(DONE.on, photo="foto-1")).done


def test_done_twice_is_harmless_and_corrects_the_note() -> None:
    assert FINISHED.finished(DONE) == FINISHED
    better = replace(DONE, note="Dua puluh empat kursi terpasang")
    assert FINISHED.finished(better).done == better
    assert FINISHED.reopened() == PLANNED


# --- how much was realised -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "printed"),
    [
        ([EMPTY, EMPTY, EMPTY], "0.00"),
        ([FINISHED, PLANNED, EMPTY], "33.33"),
        ([FINISHED, FINISHED, EMPTY], "66.67"),
        ([FINISHED, FINISHED, FINISHED], "100.00"),
    ],
)
def test_what_nobody_planned_counts_as_not_done(items: list[TindakLanjut], printed: str) -> None:
    assert str(realised(three(*items))) == printed


def test_a_unit_without_responses_has_nothing_to_realise() -> None:
    assert realised([]) is None


@pytest.mark.parametrize(
    ("printed", "done"),
    [
        ("100", 3),
        ("100.00", 3),
        ("66.67", 2),
        ("66.7", 2),
        ("67", 2),
        ("66.66", None),
        ("33.33", 1),
        ("33", 1),
        ("0", 0),
        ("0.0", 0),
        ("50", None),
        ("1E+2", 3),
    ],
)
def test_a_printed_share_tells_how_many_of_three_were_done(printed: str, done: int | None) -> None:
    assert done_of(Decimal(printed)) == done


@given(st.integers(0, 3), st.integers(0, 6))
def test_however_finely_it_is_printed(done: int, decimals: int) -> None:
    assert done_of(share(done, decimals=decimals)) == done


def test_a_city_counts_its_units_by_what_they_realised() -> None:
    printed = ["100", "66.67", "66.7", "0", "0.00", "50", "33.33", "100.0", "0"]
    counted = counts(map(Decimal, printed))
    assert [(str(share), n) for share, n in counted.items()] == [
        ("100.00", 2),
        ("66.67", 2),
        ("33.33", 1),
        ("0.00", 3),
    ]
    assert list(counts([]).values()) == [0, 0, 0, 0]


# --- reminders -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "day", "due"),
    [
        (EMPTY, date(2026, 9, 30), False),
        (EMPTY, date(2026, 10, 7), False),
        (EMPTY, date(2026, 10, 8), True),  # a week after 1 October
        (EMPTY, date(2026, 12, 2), True),
        (EMPTY, date(2026, 12, 3), False),  # eight weeks later
        (PLANNED, date(2026, 10, 8), False),
        (PLANNED, date(2026, 11, 30), False),
        (PLANNED, date(2026, 12, 1), True),  # the day after the deadline
        (PLANNED, date(2027, 1, 25), True),
        (PLANNED, date(2027, 1, 26), False),
        (FINISHED, date(2026, 12, 1), False),
    ],
)
def test_a_reminder_is_due_from_a_day_and_not_for_ever(
    item: TindakLanjut, day: date, due: bool
) -> None:
    assert (reminder([item], day) is not None) is due


def test_a_unit_gets_one_reminder_for_all_that_is_left() -> None:
    items = three(EMPTY, replace(PLANNED, plan=replace(PLAN, deadline=TODAY)), FINISHED)
    due = reminder(items, date(2026, 10, 14))
    assert due is not None
    assert (due.upp, due.period, str(due.week)) == ("DUKCAPIL", Q3, "2026-W42")
    assert (due.empty, due.overdue) == ((Unsur.U1,), (Unsur.U2,))


def test_it_is_the_same_reminder_all_week_and_another_in_the_next() -> None:
    week = [reminder([EMPTY], date(2026, 10, 12) + timedelta(days=i)) for i in range(8)]
    assert len(set(week[:7])) == 1
    assert week[7] not in week[:7]


def test_nothing_left_to_do_reminds_of_nothing() -> None:
    assert reminder([], TODAY) is None
    assert reminder(three(FINISHED, FINISHED, FINISHED), date(2026, 10, 14)) is None
