"""Where units stand: each filter shows what it counts."""

from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.submissions.standing import FILTERS, Standing, chosen, counts
from skm.submissions.submission import Submission, SubmissionState

Q3 = Period.parse("2026-Q3")
ROWS = [Standing(Upp(state, state), Submission(state, Q3, state)) for state in SubmissionState]


def test_each_filter_shows_the_states_that_it_is_named_after() -> None:
    shown = {name: [row.state.value for row in chosen(ROWS, name)] for name in FILTERS}
    assert shown == {
        "missing": ["not_begun", "draft", "returned"],
        "to_check": ["handed_in", "handed_in_again"],
        "returned": ["returned"],
        "accepted": ["accepted"],
        "not_reported": ["not_reported"],
    }
    assert counts(ROWS) == {name: len(rows) for name, rows in shown.items()}


def test_a_name_that_is_no_filter_shows_all() -> None:
    assert chosen(ROWS, "x") == ROWS
