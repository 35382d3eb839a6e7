"""A follow-up edited in a form: the rules of the chat, with all errors at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.follow_up.edit import Edit, edited
from skm.follow_up.tindak_lanjut import Done, FollowUpRefusal, FollowUpState, Plan, TindakLanjut
from skm.instansi.period import Period
from skm.survey.unsur import Unsur

TODAY = date(2027, 1, 5)
MARCH = date(2027, 3, 31)
EMPTY = TindakLanjut("PAJANG", Period.parse("2026-Q4"), Unsur.U3)
PLAN = Plan("Tambah loket", MARCH, "Bu Sri")
PLANNED = EMPTY.planned(PLAN, TODAY)
DONE = PLANNED.finished(Done(date(2027, 1, 2), "Loket dibuka", "foto"))
SAME = Edit(PLAN.action, PLAN.deadline, PLAN.person)


def outcome(item: TindakLanjut, edit: Edit) -> tuple[list[str], list[FollowUpRefusal]]:
    steps, wrong = edited(item, edit, TODAY)
    return [step for step, _ in steps], wrong


def test_a_form_that_changes_nothing_does_nothing() -> None:
    assert outcome(EMPTY, Edit()) == ([], [])
    assert outcome(PLANNED, SAME) == ([], [])
    assert outcome(DONE, Edit(done=True, note="Loket dibuka")) == ([], [])


def test_planned_and_done_at_once_are_two_steps() -> None:
    steps, wrong = edited(EMPTY, replace(SAME, done=True, note="Sudah"), TODAY)
    assert [step for step, _ in steps] == ["rencana", "selesai"]
    assert wrong == []
    assert steps[-1][1] == PLANNED.finished(Done(TODAY, "Sudah"))


def test_an_unchanged_overdue_plan_can_be_marked_as_done() -> None:
    late = TindakLanjut("PAJANG", EMPTY.period, Unsur.U3, Plan("Loket", date(2026, 12, 1), "Sri"))
    same = Edit("Loket", date(2026, 12, 1), "Sri", done=True, note="Sudah")
    assert outcome(late, same) == (["selesai"], [])
    changed = Edit("Dua loket", date(2026, 12, 1), "Sri")
    assert outcome(late, changed) == ([], [FollowUpRefusal.PAST_DEADLINE])


def test_all_errors_are_returned_at_once() -> None:
    yesterday = TODAY - timedelta(days=1)
    wrong = [FollowUpRefusal.NO_ACTION, FollowUpRefusal.PAST_DEADLINE, FollowUpRefusal.NO_PERSON]
    assert outcome(EMPTY, Edit(deadline=yesterday)) == ([], wrong)
    with_evidence = [*wrong, FollowUpRefusal.NO_EVIDENCE]
    assert outcome(EMPTY, Edit(deadline=yesterday, done=True)) == ([], with_evidence)


@pytest.mark.parametrize(
    ("item", "edit", "refusal"),
    [
        (EMPTY, Edit(done=True, note="Sudah"), FollowUpRefusal.NO_PLAN),
        (PLANNED, replace(SAME, done=True), FollowUpRefusal.NO_EVIDENCE),
        (PLANNED, replace(SAME, note="Sudah"), FollowUpRefusal.NOT_DONE),
        (PLANNED, replace(SAME, photo="baru"), FollowUpRefusal.NOT_DONE),
        (PLANNED, Edit(action="", deadline=MARCH, person="Sri"), FollowUpRefusal.NO_ACTION),
        (PLANNED, Edit(action="Loket", person="Sri"), FollowUpRefusal.NO_DEADLINE),
    ],
)
def test_the_form_refuses_what_the_chat_refuses(
    item: TindakLanjut, edit: Edit, refusal: FollowUpRefusal
) -> None:
    assert refusal in edited(item, edit, TODAY)[1]


def test_correcting_the_note_keeps_the_day_and_the_photo() -> None:
    [(_, after)], _ = edited(DONE, Edit(done=True, note="Loket ketiga dibuka"), TODAY)
    assert after.done == Done(date(2027, 1, 2), "Loket ketiga dibuka", "foto")


def test_unmarking_done_reopens_it_whatever_else_is_typed() -> None:
    [(step, after)], wrong = edited(DONE, Edit(note="Loket dibuka"), TODAY)
    assert (step, after, wrong) == ("buka", replace(PLANNED, earlier=DONE.done), [])


def test_what_was_reported_before_it_was_reopened_is_kept_for_the_next_report() -> None:
    again = replace(SAME, done=True, note="Loket dibuka")
    [(_, after)], _ = edited(DONE.reopened(), again, TODAY)
    assert after == replace(DONE, done=Done(TODAY, "Loket dibuka", "foto"))
    unticked = replace(again, done=False)  # as the form shows it
    assert edited(DONE.reopened(), unticked, TODAY) == ([], [])
    other = replace(unticked, note="Loket ketiga dibuka")
    assert edited(DONE.reopened(), other, TODAY)[1] == [FollowUpRefusal.NOT_DONE]


TEXT = st.sampled_from(["", "Loket", "Bu Sri"])
DAYS = st.none() | st.dates(date(2026, 12, 1), date(2027, 12, 31))
EDITS = st.builds(Edit, TEXT, DAYS, TEXT, st.booleans(), TEXT, st.none() | st.just("baru"))


@given(st.sampled_from([EMPTY, PLANNED, DONE]), EDITS)
def test_any_input_leads_to_complete_follow_ups_only(item: TindakLanjut, edit: Edit) -> None:
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
        assert (after.state(TODAY) is FollowUpState.DONE) == edit.done
        assert edited(after, _as_seen(after), TODAY) == ([], [])


def _as_seen(item: TindakLanjut) -> Edit:
    """A form that is submitted unchanged."""
    plan, done = item.plan, item.done
    said = (plan.action, plan.deadline, plan.person) if plan else ("", None, "")
    edit = replace(SAME, action=said[0], deadline=said[1], person=said[2])
    return replace(edit, done=done is not None, note=done.note if done else "")
