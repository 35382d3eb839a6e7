"""A follow-up from empty to done, the realised share, and when reminders are due."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.follow_up.realised import counts, done_of, realised, share
from skm.follow_up.tindak_lanjut import (
    Done,
    FollowUpRefusal,
    FollowUpState,
    Plan,
    TindakLanjut,
    TindakLanjutError,
    proposed,
)
from skm.instansi.period import Period
from skm.notices.reminder import reminder
from skm.survey.unsur import Unsur
from tests.tools.tallies import tally_of

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
    report = Report.of("DUKCAPIL", Q3, {"skm9-1": tally_of(*[[4, 4, 2, 4, 3, 4, 4, 4, 1]] * 5)})
    assert proposed(report) == tuple(
        TindakLanjut("DUKCAPIL", Q3, unsur) for unsur in (Unsur.U9, Unsur.U3, Unsur.U5)
    )
    assert proposed(Report.of("DUKCAPIL", Q3, {"skm9-1": Tally.empty()})) == ()


def test_nothing_is_proposed_for_fewer_than_five_responses_whose_answers_it_would_show() -> None:
    few = tally_of(*[[4, 4, 2, 4, 3, 4, 4, 4, 1]] * 4)
    assert proposed(Report.of("DUKCAPIL", Q3, {"skm9-1": few})) == ()
    withheld = replace(Report.of("DUKCAPIL", Q3, {"skm9-1": few + few}), derivable=True)
    assert len(proposed(withheld)) == 3


@pytest.mark.parametrize(
    ("item", "day", "state"),
    [
        (EMPTY, date(2027, 1, 1), FollowUpState.EMPTY),
        (PLANNED, date(2026, 10, 5), FollowUpState.PLANNED),
        (PLANNED, date(2026, 11, 30), FollowUpState.PLANNED),  # the deadline is the last day
        (PLANNED, date(2026, 12, 1), FollowUpState.OVERDUE),
        (FINISHED, date(2026, 12, 1), FollowUpState.DONE),
        (FINISHED.reopened(), date(2026, 11, 30), FollowUpState.PLANNED),
        (FINISHED.reopened(), date(2026, 12, 1), FollowUpState.OVERDUE),
    ],
)
def test_the_state_follows_from_the_follow_up_and_the_day(
    item: TindakLanjut, day: date, state: FollowUpState
) -> None:
    assert item.state(day) is state


@pytest.mark.parametrize(
    ("item", "plan", "refusal"),
    [
        (EMPTY, replace(PLAN, action=" "), FollowUpRefusal.NO_ACTION),
        (EMPTY, replace(PLAN, person=""), FollowUpRefusal.NO_PERSON),
        (EMPTY, replace(PLAN, deadline=date(2026, 10, 4)), FollowUpRefusal.PAST_DEADLINE),
        (FINISHED, PLAN, FollowUpRefusal.IS_DONE),
    ],
)
def test_a_plan_needs_action_deadline_and_person(
    item: TindakLanjut, plan: Plan, refusal: FollowUpRefusal
) -> None:
    with pytest.raises(TindakLanjutError) as caught:
        item.planned(plan, TODAY)
    assert caught.value.refusal is refusal
    assert str(caught.value)[0].isupper()
    assert str(caught.value).endswith(".")


def test_a_plan_may_be_for_today_and_replaces_an_earlier_one() -> None:
    today = replace(PLAN, deadline=TODAY)
    assert PLANNED.planned(today, TODAY).plan == today


def test_done_needs_a_plan_and_a_note_or_photo() -> None:
    with pytest.raises(TindakLanjutError, match="Write the plan first"):
        EMPTY.finished(DONE)
    with pytest.raises(TindakLanjutError, match="Add a note or a photo"):
        PLANNED.finished(Done(DONE.on, note="  "))
    assert PLANNED.finished(Done(DONE.on, photo="foto-1")).done


def test_reporting_done_again_corrects_the_note() -> None:
    assert FINISHED.finished(DONE) == FINISHED
    better = replace(DONE, note="Dua puluh empat kursi terpasang")
    assert FINISHED.finished(better).done == better


def test_reopening_keeps_the_report_and_can_be_taken_back() -> None:
    assert FINISHED.reopened() == replace(PLANNED, earlier=DONE)
    assert FINISHED.reopened().restored() == FINISHED
    assert FINISHED.reopened().reopened() == FINISHED.reopened()
    assert PLANNED.restored() == PLANNED


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
def test_a_follow_up_without_a_plan_counts_as_not_done(
    items: list[TindakLanjut], printed: str
) -> None:
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
def test_a_printed_share_means_a_number_of_three_follow_ups(printed: str, done: int | None) -> None:
    assert done_of(Decimal(printed)) == done


@given(st.integers(0, 3), st.integers(0, 6))
def test_a_share_may_be_printed_with_any_decimals(done: int, decimals: int) -> None:
    assert done_of(share(done, decimals=decimals)) == done


def test_units_are_counted_by_their_share() -> None:
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
def test_reminders_begin_on_a_day_and_end_after_eight_weeks(
    item: TindakLanjut, day: date, due: bool
) -> None:
    assert (reminder([item], day) is not None) is due


def test_a_unit_gets_one_reminder_for_all_its_follow_ups() -> None:
    items = three(EMPTY, replace(PLANNED, plan=replace(PLAN, deadline=TODAY)), FINISHED)
    due = reminder(items, date(2026, 10, 14))
    assert due is not None
    assert (due.upp, due.period) == ("DUKCAPIL", Q3)
    assert (due.empty, due.overdue) == ((Unsur.U1,), (Unsur.U2,))


def test_without_open_follow_ups_there_is_no_reminder() -> None:
    assert reminder([], TODAY) is None
    assert reminder(three(FINISHED, FINISHED, FINISHED), date(2026, 10, 14)) is None
