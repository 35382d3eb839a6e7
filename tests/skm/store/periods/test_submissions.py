"""Reports that units hand in, on each database."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from skm.follow_up.tindak_lanjut import Plan
from skm.instansi.official import AuditEvent, Invitation, Official, Role
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.officials import audit_log, officials
from skm.store.periods import closings, follow_ups, report_deadlines, submissions
from skm.store.survey import responses
from skm.submissions.rules import Attempt
from skm.submissions.submission import (
    Submission,
    SubmissionError,
    SubmissionRefusal,
)
from skm.submissions.submission import SubmissionAct as Act
from skm.submissions.submission import SubmissionState as State
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import call, given_by

Q4, SEMESTER = Period.parse("2026-Q4"), Period.parse("2026-S2")
DAY, JANUARY = date(2026, 11, 23), date(2027, 1, 5)
NOW = datetime(2027, 1, 5, 3, 0, 0, 123456, tzinfo=UTC)
PAJANG = Upp("PAJANG", "Puskesmas", "DINKES")
PLAN = Plan("Tambah loket", date(2027, 3, 31), "Bu Sri 🙂")


@pytest.fixture
async def answered(city: Database) -> Database:
    """Six people answered at PAJANG, and its three follow-ups are planned."""
    rows = [(given_by(f"r{n}", 2 - n // 5, respondent=f"w{n}"), DAY) for n in range(6)]
    await city.write(call(responses.insert_many, rows, SKM9))
    for item in await city.read(call(follow_ups.of, PAJANG, Q4)):
        await city.write(call(follow_ups.put, PAJANG, item.planned(PLAN, JANUARY)))
    return city


async def enrol(db: Database, role: Role, upp: str | None, name: str) -> Official:
    invited = Invitation(role, upp, name)
    found: Official = await db.write(
        call(officials.add, invited, name, "telegram", name, "id", NOW)
    )
    return found


async def take(
    db: Database, who: Official, act: Act, words: str = "", seen: int | None = None
) -> Submission:
    now = await db.read(call(submissions.of, "PAJANG", Q4))
    attempt = Attempt(act, now.version if seen is None else seen, words)
    found: Submission = await db.write(
        call(submissions.take, who.id, PAJANG, Q4, attempt, JANUARY, NOW)
    )
    return found


async def test_the_steps_are_kept_with_the_names_of_their_moment(answered: Database) -> None:
    sri = await enrol(answered, Role.OFFICER, "PAJANG", "Sri")
    budi = await enrol(answered, Role.ADMIN, None, "Budi")
    await take(answered, sri, Act.WRITE, "Antrean “pagi” lama 🙂")
    await take(answered, sri, Act.HAND_IN)
    await take(answered, budi, Act.RETURN, "Sebut penyebabnya.")
    await answered.write(call(officials.rename, sri.id, "Sri Wahyuni"))
    await take(answered, sri, Act.WRITE, "Antrean lama: satu loket.")
    await take(answered, sri, Act.HAND_IN)
    after = await take(answered, budi, Act.ACCEPT)
    assert after == await answered.read(call(submissions.of, "PAJANG", Q4))
    assert (after.state, after.published) == (State.ACCEPTED, "Antrean lama: satu loket.")
    steps = await answered.read(call(submissions.steps, "PAJANG", Q4))
    assert [(one.name, one.act.value, one.words) for one in steps] == [
        ("Sri", "write", "Antrean “pagi” lama 🙂"),
        ("Sri", "hand_in", "Antrean “pagi” lama 🙂"),
        ("Budi", "return", "Sebut penyebabnya."),
        ("Sri Wahyuni", "write", "Antrean lama: satu loket."),
        ("Sri Wahyuni", "hand_in", "Antrean lama: satu loket."),
        ("Budi", "accept", ""),
    ]
    assert {one.official for one in steps} == {sri.id, budi.id}
    entries = await answered.read(call(audit_log.newest, 10))
    assert [one.about for one in entries if one.event is AuditEvent.SUBMISSION] == [
        "PAJANG 2026-Q4 accept: handed_in_again → accepted",
        "PAJANG 2026-Q4 hand_in: returned → handed_in_again",
        "PAJANG 2026-Q4 write: returned → returned",
        "PAJANG 2026-Q4 return: handed_in → returned",
        "PAJANG 2026-Q4 hand_in: draft → handed_in",
        "PAJANG 2026-Q4 write: not_begun → draft",
    ]


async def test_of_two_who_decide_at_the_same_moment_one_is_refused(answered: Database) -> None:
    sri = await enrol(answered, Role.OFFICER, "PAJANG", "Sri")
    budi = await enrol(answered, Role.ADMIN, None, "Budi")
    tono = await enrol(answered, Role.ADMIN, None, "Tono")
    await take(answered, sri, Act.WRITE, "Antrean lama.")
    await take(answered, sri, Act.HAND_IN)
    both = await asyncio.gather(
        take(answered, budi, Act.ACCEPT, seen=2),
        take(answered, tono, Act.RETURN, "Kurang.", seen=2),
        return_exceptions=True,
    )
    [lost] = [one for one in both if isinstance(one, SubmissionError)]
    assert lost.refusal is SubmissionRefusal.CHANGED
    assert len(await answered.read(call(submissions.steps, "PAJANG", Q4))) == 3


async def test_of_two_who_begin_at_the_same_moment_one_is_refused(answered: Database) -> None:
    sri = await enrol(answered, Role.OFFICER, "PAJANG", "Sri")
    tini = await enrol(answered, Role.OFFICER, "DINKES", "Tini")
    both = await asyncio.gather(
        take(answered, sri, Act.WRITE, "Dari Sri.", seen=0),
        take(answered, tini, Act.WRITE, "Dari Tini.", seen=0),
        return_exceptions=True,
    )
    assert sum(isinstance(one, SubmissionError) for one in both) == 1


async def test_a_refused_step_leaves_no_trace(answered: Database) -> None:
    reader = await enrol(answered, Role.VIEWER, "PAJANG", "Tini")
    gone = await enrol(answered, Role.ADMIN, None, "Budi")
    await answered.write(call(officials.remove, gone.id, NOW))
    for who in (reader, gone):
        with pytest.raises(SubmissionError) as error:
            await take(answered, who, Act.WRITE, "Antrean lama.")
        assert error.value.refusal is SubmissionRefusal.NOT_ALLOWED
    assert await answered.read(call(submissions.steps, "PAJANG", Q4)) == []
    assert await answered.read(call(audit_log.newest, 10)) == []


async def test_units_with_a_counter_or_responses_owe_a_report(answered: Database) -> None:
    rows = await answered.read(call(submissions.standings, None, Q4))
    assert [row.unit.code for row in rows] == ["PAJANG"]
    below = await answered.read(call(submissions.standings, "DINKES", Q4))
    assert below == rows


async def test_closing_records_what_never_came_as_not_reported(answered: Database) -> None:
    await answered.write(call(closings.close, Q4, JANUARY, NOW, None))
    found = await answered.read(call(submissions.of, "PAJANG", Q4))
    assert found.state is State.NOT_REPORTED
    [step] = await answered.read(call(submissions.steps, "PAJANG", Q4))
    assert (step.official, step.act, step.at) == (None, Act.LAPSE, NOW)
    sri = await enrol(answered, Role.OFFICER, "PAJANG", "Sri")
    with pytest.raises(SubmissionError):
        await take(answered, sri, Act.WRITE, "Terlambat.")


@pytest.mark.parametrize("act", [Act.WRITE, Act.HAND_IN, Act.RETURN])
async def test_closing_leaves_what_came(answered: Database, act: Act) -> None:
    sri = await enrol(answered, Role.OFFICER, "PAJANG", "Sri")
    budi = await enrol(answered, Role.ADMIN, None, "Budi")
    await take(answered, sri, Act.WRITE, "Antrean lama.")
    if act is not Act.WRITE:
        await take(answered, sri, Act.HAND_IN)
    if act is Act.RETURN:
        await take(answered, budi, Act.RETURN, "Kurang.")
    await answered.write(call(closings.close, Q4, JANUARY, NOW, budi.id))
    found = await answered.read(call(submissions.of, "PAJANG", Q4))
    assert (
        found.state
        is {
            Act.WRITE: State.NOT_REPORTED,
            Act.HAND_IN: State.HANDED_IN,
            Act.RETURN: State.RETURNED,
        }[act]
    )


async def test_a_semester_of_which_no_report_has_begun_records_nothing(
    answered: Database,
) -> None:
    await answered.write(call(closings.close, SEMESTER, JANUARY, NOW, None))
    found = await answered.read(call(submissions.of, "PAJANG", SEMESTER))
    assert found.state is State.NOT_BEGUN


async def test_a_deadline_is_the_usual_one_until_an_admin_sets_another(answered: Database) -> None:
    budi = await enrol(answered, Role.ADMIN, None, "Budi")
    assert await answered.read(call(report_deadlines.of, Q4, 14)) == date(2027, 1, 14)
    for day in (date(2027, 1, 20), date(2027, 1, 31)):
        await answered.write(call(report_deadlines.put, budi.id, Q4, day, 14, NOW))
    assert await answered.read(call(report_deadlines.of, Q4, 14)) == date(2027, 1, 31)
    newest = (await answered.read(call(audit_log.newest, 1)))[0]
    assert (newest.event, newest.about) == (
        AuditEvent.DEADLINE,
        "2026-Q4 2027-01-20 → 2027-01-31",
    )
