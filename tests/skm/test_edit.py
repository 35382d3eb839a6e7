"""What a form may change at once: the rules of the chat, all that is wrong at the same time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.edit import Edit, edited
from skm.period import Period
from skm.tindak_lanjut import Done, Plan, Refusal, State, TindakLanjut
from skm.unsur import Unsur

TODAY = date(2027, 1, 5)
MARCH = date(2027, 3, 31)
EMPTY = TindakLanjut("PAJANG", Period.parse("2026-Q4"), Unsur.U3)
PLAN = Plan("Tambah loket", MARCH, "Bu Sri")
PLANNED = EMPTY.planned(PLAN, TODAY)
DONE = PLANNED.finished(Done(date(2027, 1, 2), "Loket dibuka", "foto"))
SAME = Edit(PLAN.action, PLAN.deadline, PLAN.person)


def outcome(item: TindakLanjut, edit: Edit) -> tuple[list[str], list[Refusal]]:
    steps, wrong = edited(item, edit, TODAY)
    return [deed for deed, _ in steps], wrong


def test_a_form_that_changes_nothing_does_nothing() -> None:
    assert outcome(EMPTY, Edit()) == ([], [])
    assert outcome(PLANNED, SAME) == ([], [])
    assert outcome(DONE, Edit(done=True, note="Loket dibuka")) == ([], [])


def test_planned_and_done_at_once_are_two_deeds() -> None:
    steps, wrong = edited(EMPTY, replace(SAME, done=True, note="Sudah"), TODAY)
    assert [deed for deed, _ in steps] == ["rencana", "selesai"]
    assert wrong == []
    assert steps[-1][1] == PLANNED.finished(Done(TODAY, "Sudah"))


def test_an_overdue_plan_that_is_left_as_it_is_may_be_marked_as_done() -> None:
    late = TindakLanjut("PAJANG", EMPTY.period, Unsur.U3, Plan("Loket", date(2026, 12, 1), "Sri"))
    same = Edit("Loket", date(2026, 12, 1), "Sri", done=True, note="Sudah")
    assert outcome(late, same) == (["selesai"], [])
    changed = Edit("Dua loket", date(2026, 12, 1), "Sri")
    assert outcome(late, changed) == ([], [Refusal.PAST_DEADLINE])


def test_all_that_is_wrong_is_told_at_once() -> None:
    yesterday = TODAY - timedelta(days=1)
    wrong = [Refusal.NO_ACTION, Refusal.PAST_DEADLINE, Refusal.NO_PERSON]
    assert outcome(EMPTY, Edit(deadline=yesterday)) == ([], wrong)
    with_evidence = [*wrong, Refusal.NO_EVIDENCE]
    assert outcome(EMPTY, Edit(deadline=yesterday, done=True)) == ([], with_evidence)


@pytest.mark.parametrize(
    ("item", "edit", "refusal"),
    [
        (EMPTY, Edit(done=True, note="Sudah"), Refusal.NO_PLAN),
        (PLANNED, replace(SAME, done=True), Refusal.NO_EVIDENCE),
        (PLANNED, replace(SAME, note="Sudah"), Refusal.NOT_DONE),
        (PLANNED, replace(SAME, photo="baru"), Refusal.NOT_DONE),
        (PLANNED, Edit(action="", deadline=MARCH, person="Sri"), Refusal.NO_ACTION),
        (PLANNED, Edit(action="Loket", person="Sri"), Refusal.NO_DEADLINE),
    ],
)
def test_what_the_chat_refuses_the_form_refuses_too(
    item: TindakLanjut, edit: Edit, refusal: Refusal
) -> None:
    assert refusal in edited(item, edit, TODAY)[1]


def test_what_is_done_keeps_its_day_and_its_photo_when_the_note_is_corrected() -> None:
    [(_, after)], _ = edited(DONE, Edit(done=True, note="Loket ketiga dibuka"), TODAY)
    assert after.done == Done(date(2027, 1, 2), "Loket ketiga dibuka", "foto")


def test_taking_done_back_opens_it_again_whatever_else_is_typed() -> None:
    [(deed, after)], wrong = edited(DONE, Edit(note="Loket dibuka"), TODAY)
    assert (deed, after, wrong) == ("buka", PLANNED, [])


TEXT = st.sampled_from(["", "Loket", "Bu Sri"])
DAYS = st.none() | st.dates(date(2026, 12, 1), date(2027, 12, 31))
EDITS = st.builds(Edit, TEXT, DAYS, TEXT, st.booleans(), TEXT, st.none() | st.just("baru"))


@given(st.sampled_from([EMPTY, PLANNED, DONE]), EDITS)
def test_whatever_is_typed_only_whole_follow_ups_come_of_it(item: TindakLanjut, edit: Edit) -> None:
    steps, wrong = edited(item, edit, TODAY)
    after = steps[-1][1] if steps and not wrong else item
    if after.done:
        assert after.plan
        assert after.done.note or after.done.photo
    if after.plan and after.plan != item.plan:
        assert after.plan.action
        assert after.plan.person
        assert after.plan.deadline >= TODAY
    if not wrong:
        assert (after.state(TODAY) is State.DONE) == edit.done
        assert edited(after, _as_seen(after), TODAY) == ([], [])


def _as_seen(item: TindakLanjut) -> Edit:
    """A form that is sent as it was shown."""
    plan, done = item.plan, item.done
    said = (plan.action, plan.deadline, plan.person) if plan else ("", None, "")
    edit = replace(SAME, action=said[0], deadline=said[1], person=said[2])
    return replace(edit, done=done is not None, note=done.note if done else "")
