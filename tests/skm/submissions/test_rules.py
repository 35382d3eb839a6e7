"""The steps with a report: the whole table, what each needs, and who may take it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from skm.follow_up.tindak_lanjut import Plan, TindakLanjut
from skm.instansi.official import Official, Role
from skm.instansi.period import Period
from skm.submissions.rules import LONGEST_ANALYSIS, LONGEST_NOTE, Attempt, may_step, stepped
from skm.submissions.submission import (
    TRANSITIONS,
    Submission,
    SubmissionError,
    SubmissionRefusal,
)
from skm.submissions.submission import SubmissionAct as Act
from skm.submissions.submission import SubmissionState as State
from skm.survey.unsur import Unsur

Q3, OCTOBER = Period.parse("2026-Q3"), date(2026, 10, 5)
OFFICER, CHECKER = 1, 2
EMPTY = TindakLanjut("PAJANG", Q3, Unsur.U3)
PLANNED = replace(EMPTY, plan=Plan("Tambah loket", date(2026, 12, 1), "Bu Sri"))

ALLOWED = """
not_begun        write   -> draft
draft            write   -> draft
draft            hand_in -> handed_in
handed_in        accept  -> accepted
handed_in        return  -> returned
returned         write   -> returned
returned         hand_in -> handed_in_again
handed_in_again  accept  -> accepted
handed_in_again  return  -> returned
accepted         return  -> returned
not_begun        lapse   -> not_reported
draft            lapse   -> not_reported
"""


def a_report(state: State) -> Submission:
    return Submission("PAJANG", Q3, state, "Antrean lama.", "Antrean lama.", OFFICER, 4)


def step(
    report: Submission, act: Act, words: str = "Kurang rinci.", *, by: int = CHECKER
) -> Submission:
    return stepped(report, Attempt(act, report.version, words), by, [PLANNED], OCTOBER)


def refused(report: Submission, attempt: Attempt, *plans: TindakLanjut) -> SubmissionRefusal:
    with pytest.raises(SubmissionError) as error:
        stepped(report, attempt, CHECKER, plans, OCTOBER)
    return error.value.refusal


def test_the_table_is_the_one_that_is_written_down_here() -> None:
    rows = [line.split() for line in ALLOWED.strip().splitlines()]
    assert {(State(a), Act(act)): State(b) for a, act, _, b in rows} == TRANSITIONS


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", [act for act in Act if act is not Act.LAPSE])
def test_each_step_leads_where_the_table_says_or_is_refused(state: State, act: Act) -> None:
    report = a_report(state)
    if (state, act) in TRANSITIONS:
        after = step(report, act)
        assert (after.state, after.version) == (TRANSITIONS[state, act], 5)
    else:
        assert refused(report, Attempt(act, 4, "x"), PLANNED) is SubmissionRefusal.NOT_NOW


def test_what_is_written_is_kept_apart_from_what_was_handed_in() -> None:
    again = step(a_report(State.RETURNED), Act.WRITE, " Sudah\r\ndirinci.\0 ")
    assert (again.analysis, again.handed_in) == ("Sudah\ndirinci.", "Antrean lama.")
    assert again.published == ""
    assert step(again, Act.HAND_IN).published == "Sudah\ndirinci."


@pytest.mark.parametrize(
    ("state", "attempt", "why"),
    [
        (State.DRAFT, Attempt(Act.WRITE, 4, "  "), SubmissionRefusal.NO_ANALYSIS),
        (
            State.DRAFT,
            Attempt(Act.WRITE, 4, "x" * (LONGEST_ANALYSIS + 1)),
            SubmissionRefusal.TOO_LONG,
        ),
        (State.DRAFT, Attempt(Act.WRITE, 3, "x"), SubmissionRefusal.CHANGED),
        (State.HANDED_IN, Attempt(Act.RETURN, 4, " \n"), SubmissionRefusal.NO_NOTE),
        (
            State.HANDED_IN,
            Attempt(Act.RETURN, 4, "x" * (LONGEST_NOTE + 1)),
            SubmissionRefusal.TOO_LONG,
        ),
        (State.HANDED_IN, Attempt(Act.ACCEPT, 3), SubmissionRefusal.CHANGED),
    ],
)
def test_a_step_says_what_it_needs(state: State, attempt: Attempt, why: SubmissionRefusal) -> None:
    assert refused(a_report(state), attempt, PLANNED) is why


def test_a_report_needs_an_analysis_and_a_plan_for_each_priority() -> None:
    draft = a_report(State.DRAFT)
    attempt = Attempt(Act.HAND_IN, 4)
    assert refused(draft, attempt, PLANNED, EMPTY) is SubmissionRefusal.NO_PLAN
    assert refused(replace(draft, analysis=""), attempt) is SubmissionRefusal.NO_ANALYSIS


def test_nobody_decides_about_a_report_that_they_handed_in_themselves() -> None:
    for act in (Act.ACCEPT, Act.RETURN):
        with pytest.raises(SubmissionError, match="another official"):
            step(a_report(State.HANDED_IN), act, by=OFFICER)


def test_a_running_period_has_no_report() -> None:
    with pytest.raises(SubmissionError, match="period is over"):
        stepped(Submission("PAJANG", Q3), Attempt(Act.WRITE, 0, "x"), 1, [], date(2026, 9, 30))


WHO = {  # role and unit → the steps that they may take with the report of PAJANG, below DINKES
    (Role.OFFICER, "PAJANG"): {Act.WRITE, Act.HAND_IN},
    (Role.OFFICER, "DINKES"): {Act.WRITE, Act.HAND_IN},
    (Role.OFFICER, "DUKCAPIL"): set(),
    (Role.VIEWER, "PAJANG"): set(),
    (Role.VIEWER, None): set(),
    (Role.ADMIN, "PAJANG"): {Act.WRITE, Act.HAND_IN},
    (Role.ADMIN, "DINKES"): {Act.WRITE, Act.HAND_IN, Act.ACCEPT, Act.RETURN},
    (Role.ADMIN, None): {Act.WRITE, Act.HAND_IN, Act.ACCEPT, Act.RETURN},
}


@pytest.mark.parametrize(("role", "unit"), WHO)
def test_the_unit_hands_in_and_an_admin_above_it_decides(role: Role, unit: str | None) -> None:
    official = Official(1, "", role, unit, "web", "", "id", datetime(2026, 1, 1, tzinfo=UTC))
    may = {act for act in Act if may_step(official, act, ["PAJANG", "DINKES"])}
    assert may == WHO[role, unit]
    assert not any(may_step(None, act, ["PAJANG"]) for act in Act)
