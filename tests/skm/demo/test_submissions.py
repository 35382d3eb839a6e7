"""The demo city has reports in every state, which follow the rules, the same on every day."""

from collections import Counter

import pytest

from skm.demo.seed import seed
from skm.demo.submissions import hand_in
from skm.instansi.period import Period
from skm.store.database.database import Database
from skm.store.officials import officials
from skm.store.periods import closings, follow_ups, submissions
from skm.submissions.rules import is_unplanned
from skm.submissions.submission import SubmissionState
from tests.skm.demo.test_seed import JAKARTA, NOW, SKM9, TODAY
from tests.tools.store_city import call

Q2, Q3 = Period.parse("2026-Q2"), Period.parse("2026-Q3")

pytestmark = pytest.mark.takes_long


async def test_reports_are_there_in_every_state_and_repeating_it_changes_nothing(
    db: Database,
) -> None:
    await seed(db, SKM9, zone=JAKARTA, now=NOW)
    for _ in range(2):
        await db.write(lambda conn: hand_in(conn, zone=JAKARTA, now=NOW))
    await db.write(call(closings.close, Q2, TODAY, NOW, None))
    rows = await db.read(call(submissions.standings, None, Q3))
    before = Counter(row.state for row in await db.read(call(submissions.standings, None, Q2)))
    states = Counter(row.state for row in rows)
    assert {*states, *before} == set(SubmissionState)
    assert before[SubmissionState.ACCEPTED] > 100
    plans = await db.read(call(follow_ups.of_all, Q3))
    for row in rows:
        code = row.unit.code
        steps = await db.read(call(submissions.steps, code, Q3))
        assert len(steps) == row.submission.version
        assert [one.at for one in steps] == sorted(one.at for one in steps)
        if row.submission.handed_in:
            assert not any(map(is_unplanned, plans.get(code, ())))
    assert await db.read(officials.listed) == []
