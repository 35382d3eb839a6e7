"""What raises an alert, what does not, and who gets it."""

from datetime import UTC, date, datetime

import pytest

from skm.figures.report import Report
from skm.instansi.official import Official, Role
from skm.instansi.period import Period
from skm.notices.alert import AlertKind, drops, lowest, right_officials, silent
from tests.tools.tallies import tally_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def official(id: int, upp: str | None) -> Official:
    return Official(id, f"P{id}", Role.OFFICER, upp, "telegram", str(id), "id", NOW)


def test_lowest_answers_give_one_alert_a_day_that_names_their_unsur() -> None:
    tally = tally_of([1, 2, 2, 2, 2, 2, 1, 2, 2], [4] * 9)
    raised = lowest("PAJANG", date(2026, 11, 23), tally)
    assert raised is not None
    assert (raised.key, raised.about["unsur"]) == ("lowest:PAJANG:2026-11-23", "U1,U7")
    assert lowest("PAJANG", date(2026, 11, 23), tally_of([2] * 9)) is None


@pytest.mark.parametrize(
    ("before", "after", "alerts"),
    [
        ([4] * 30 + [3] * 10, [3] * 30 + [2] * 10, True),
        ([3] * 30 + [2] * 10, [4] * 30 + [3] * 10, False),  # it rose
        ([4, 4, 3], [3, 3, 2], False),  # too few to be sure
        ([], [2] * 40, False),  # nothing to fall from
        ([4] * 40, [], False),
        ([4] * 40, [1] * 4, False),  # too few to be shown
        ([4] * 4, [1] * 40, False),
    ],
)
def test_a_drop_of_the_band_alerts_only_if_it_is_significant(
    before: list[int], after: list[int], alerts: bool
) -> None:
    month = Period.parse("2026-10")
    one, two = (
        Report.of("PAJANG", period, {"skm9-1": tally_of(*([nilai] * 9 for nilai in answers))})
        for period, answers in ((month.previous(), before), (month, after))
    )
    raised = [(alert.kind, alert.key) for alert in drops([(one, two)])]
    assert raised == ([(AlertKind.DROP, "drop:PAJANG:2026-10")] if alerts else [])


@pytest.mark.parametrize(
    ("last", "alerts"),
    [(date(2026, 11, 9), True), (date(2026, 11, 10), False), (None, False)],
)
def test_a_unit_is_silent_after_fourteen_days_without_an_answer(
    last: date | None, alerts: bool
) -> None:
    raised = silent("PAJANG", last, date(2026, 11, 23), 14)
    assert (raised is not None) is alerts


def test_the_nearest_officials_are_alerted() -> None:
    city, health, pajang = official(1, None), official(2, "DINKES"), official(3, "PAJANG")
    lineage = ["PAJANG", "DINKES"]
    assert right_officials([city, health, pajang], lineage) == [pajang]
    assert right_officials([city, health], lineage) == [health]
    assert right_officials([city, official(4, "DIKNAS")], lineage) == [city]
    assert right_officials([], lineage) == []
