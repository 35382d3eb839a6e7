"""A closed period: what was published stays, and a change of it is detected."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.frozen import ClosingError, ClosingRefusal, exact
from skm.closing.verification import Difference, Mismatch, Verification
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.store.figures import reports
from skm.store.periods import closings
from skm.store.survey import responses, seals, upps
from skm.survey.response import Response
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle

pytestmark = pytest.mark.by_year

QUARTER = Period.parse("2026-Q3")
OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
PAJANG = "PAJANG"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


async def close(desk: Desk, period: Period = QUARTER, today: date = date(2026, 10, 5)) -> None:
    await desk.db.write(lambda conn: closings.close(conn, period, today, OCTOBER, None))


async def verify(desk: Desk, period: Period = QUARTER) -> Verification:
    return await desk.db.read(lambda conn: closings.verify(conn, period))


async def report(desk: Desk, code: str = PAJANG) -> Report:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, code))
    assert unit is not None
    return await desk.db.read(lambda conn: reports.of(conn, unit, QUARTER))


async def current(conn: AsyncConnection, period: Period) -> Report:
    unit = await upps.by_code(conn, PAJANG)
    assert unit is not None
    return await reports.current(conn, unit, period)


async def city(desk: Desk) -> InstansiReport:
    return await desk.db.read(lambda conn: reports.of_instansi(conn, QUARTER))


async def answer(desk: Desk, day: date, *, respondent: str | None = None, nilai: int = 1) -> str:
    """One more response of Pajang."""
    instrument = desk.inbox.instrument
    given = Response(
        id=f"menyusul-{day}-{respondent}",
        upp=PAJANG,
        layanan="",
        collector=None,
        instrument=instrument.version,
        answers={item.id: nilai for item in instrument.items},
        submitted_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        respondent=respondent,
    )
    await desk.db.write(lambda conn: responses.put(conn, given, instrument, day))
    return given.id


async def tamper(desk: Desk, statement: str) -> None:
    """Change a row behind the program's back."""

    async def work(conn: AsyncConnection) -> None:
        assert (await conn.execute(text(statement))).rowcount == 1

    await desk.db.write(work)


# --- closing -------------------------------------------------------------------------------------


async def test_what_was_closed_is_what_was_reported(desk: Desk) -> None:
    before, whole = await report(desk), await city(desk)
    await close(desk)
    assert await report(desk) == before
    assert (await city(desk)).as_json(QUARTER.end) == whole.as_json(QUARTER.end)
    found = await verify(desk)
    assert (found.counted, found.withdrawn, found.late) == (42, 0, 0)
    assert found.differences == ()


async def test_the_method_stands_beside_the_figures(desk: Desk) -> None:
    await close(desk)
    head = (await verify(desk)).head
    assert head.method["instruments"] == [desk.inbox.instrument.version]
    assert head.method["bobot"] == {f"U{number}": "1/9" for number in range(1, 10)}
    assert head.method["instansi"] == ["ikm_rerata_upp", "ikm_gabungan"]
    assert len(head.sha256) == 64


async def test_a_period_is_closed_once(desk: Desk) -> None:
    await close(desk)
    with pytest.raises(ClosingError) as refused:
        await close(desk)
    assert refused.value.refusal is ClosingRefusal.CLOSED


@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        ("2026-Q4", ClosingRefusal.RUNNING),
        ("2026-W32", ClosingRefusal.KIND),
        ("2026-08-03", ClosingRefusal.KIND),
        ("2020-Q1", ClosingRefusal.EMPTY),
    ],
)
async def test_not_everything_can_be_closed(
    desk: Desk, period: str, refusal: ClosingRefusal
) -> None:
    with pytest.raises(ClosingError) as refused:
        await close(desk, Period.parse(period))
    assert refused.value.refusal is refusal


async def test_on_its_last_day_a_period_is_still_open(desk: Desk) -> None:
    with pytest.raises(ClosingError):
        await close(desk, today=date(2026, 9, 30))
    await close(desk, today=date(2026, 10, 1))


async def test_what_is_not_closed_cannot_be_verified(desk: Desk) -> None:
    with pytest.raises(ClosingError, match="2026-Q3: it is not closed"):
        await verify(desk)


# --- what comes later ----------------------------------------------------------------------------


async def test_a_late_response_is_in_the_revision_and_not_in_the_published_figures(
    desk: Desk,
) -> None:
    await close(desk)
    before = await report(desk)
    await answer(desk, date(2026, 9, 30))
    assert await report(desk) == before
    now = await desk.db.read(lambda conn: current(conn, QUARTER))
    assert now.responden == before.responden + 1
    found = await verify(desk)
    assert (found.late, found.differences) == (1, ())
    assert await desk.db.read(lambda conn: seals.late(conn, QUARTER, PAJANG)) == 1
    assert await desk.db.read(lambda conn: seals.late(conn, QUARTER, "PURWO")) == 0


async def test_who_takes_an_answer_back_is_no_forger(desk: Desk) -> None:
    await answer(desk, date(2026, 9, 30), respondent="warga")
    await close(desk)
    before = await report(desk)
    assert await desk.db.write(lambda conn: responses.forget(conn, "warga")) == 1
    assert await report(desk) == before
    found = await verify(desk)
    assert (found.counted, found.withdrawn, found.late) == (43, 1, 0)
    assert found.differences == ()


async def test_of_who_took_an_answer_back_nothing_is_left(desk: Desk) -> None:
    receipt = await answer(desk, date(2026, 9, 30), respondent="warga")
    await close(desk)
    await desk.db.write(lambda conn: responses.forget(conn, "warga"))

    async def dump(conn: AsyncConnection) -> list[str]:
        return [str(row) for row in await conn.execute(text("SELECT * FROM seal"))]

    rows = await desk.db.read(dump)
    assert not [row for row in rows if receipt in row]
    assert len([row for row in rows if row.endswith("None, None)")]) == 1


async def test_who_answers_anew_after_the_closing_is_in_the_revision(desk: Desk) -> None:
    await answer(desk, date(2026, 9, 30), respondent="warga", nilai=1)
    await close(desk)
    before = await report(desk)
    await answer(desk, date(2026, 9, 30), respondent="warga", nilai=4)
    assert await report(desk) == before
    found = await verify(desk)
    assert (found.withdrawn, found.late, found.differences) == (1, 1, ())


# --- tampering -----------------------------------------------------------------------------------

RECEIPT = "PAJANG-08-7"


@pytest.mark.parametrize(
    ("statement", "differences"),
    [
        (
            f"UPDATE response SET answers = replace(answers, '3}}', '4}}') WHERE id = '{RECEIPT}'",
            {(Mismatch.CHANGED, RECEIPT), (Mismatch.COUNT, PAJANG)},
        ),
        (
            f"UPDATE response SET day = '2026-10-01' WHERE id = '{RECEIPT}'",
            {(Mismatch.CHANGED, RECEIPT), (Mismatch.COUNT, PAJANG)},
        ),
        (
            f"DELETE FROM response WHERE id = '{RECEIPT}'",
            {(Mismatch.DELETED, RECEIPT), (Mismatch.COUNT, PAJANG)},
        ),
        (
            "UPDATE closed_unit SET content = replace(content, '\"ikm\":\"', '\"ikm\":\"9')"
            " WHERE code = 'PAJANG'",
            {(Mismatch.SHA256, ""), (Mismatch.FIGURES, PAJANG)},
        ),
        (
            "UPDATE closed_unit SET content = replace(content, '[30,', '[31,')"
            " WHERE code = 'PAJANG'",
            {(Mismatch.SHA256, ""), (Mismatch.FIGURES, PAJANG), (Mismatch.ARCHIVE, PAJANG),
             (Mismatch.COUNT, PAJANG)},
        ),
        (
            "UPDATE closing SET archive = replace(archive, '\"before\"', '\"after\"')",
            {(Mismatch.SHA256, "")},
        ),
        (
            "UPDATE closed_unit SET archive = NULL WHERE code = 'PAJANG'",
            {(Mismatch.SHA256, "")},
        ),
        (
            "UPDATE closing SET content = replace(content, '1/9', '2/9')",
            {(Mismatch.SHA256, ""), (Mismatch.FIGURES, "")},
        ),
        ("UPDATE closing SET sha256 = 'ff'", {(Mismatch.SHA256, "")}),
        (f"DELETE FROM seal WHERE response_id = '{RECEIPT}'", {(Mismatch.SHA256, ""),
                                                              (Mismatch.COUNT, PAJANG)}),
        (
            "DELETE FROM closed_unit WHERE code = 'PURWO'",
            {(Mismatch.SHA256, ""), (Mismatch.FIGURES, "")},
        ),
    ],
)  # fmt: skip
async def test_a_changed_row_is_detected(
    desk: Desk, statement: str, differences: set[tuple[Mismatch, str]]
) -> None:
    await close(desk)
    await tamper(desk, statement)
    found = {(one.mismatch, one.about) for one in (await verify(desk)).differences}
    assert found == differences


async def test_a_rollup_that_was_wrong_at_the_closing_is_found_out(desk: Desk) -> None:
    await tamper(
        desk,
        "UPDATE tally SET u1_4 = u1_4 + 1, u1_3 = u1_3 - 1 WHERE kind = 'month' AND"
        " start = '2026-08-01' AND layanan = 'Pendaftaran'"
        " AND upp_id = (SELECT id FROM upp WHERE code = 'PURWO')",
    )
    await close(desk)
    assert (await verify(desk)).differences == (Difference(Mismatch.COUNT, "PURWO"),)


async def test_a_withdrawal_cannot_hide_answers_that_were_made_better(desk: Desk) -> None:
    await answer(desk, date(2026, 9, 30), respondent="warga", nilai=4)
    await close(desk)
    await desk.db.write(lambda conn: responses.forget(conn, "warga"))
    await tamper(
        desk, f"UPDATE response SET answers = replace(answers, '3}}', '4}}') WHERE id = '{RECEIPT}'"
    )
    found = {one.mismatch for one in (await verify(desk)).differences}
    assert Mismatch.CHANGED in found


async def test_the_same_answers_closed_twice_over_have_the_same_figures(desk: Desk) -> None:
    await close(desk)
    year_end = date(2027, 1, 4)
    now = OCTOBER + timedelta(days=91)
    semester = Period.parse("2026-S2")
    await desk.db.write(lambda conn: closings.close(conn, semester, year_end, now, None))
    assert (await verify(desk, semester)).differences == ()
    listed = await desk.db.read(closings.listed)
    assert [str(head.period) for head in listed] == ["2026-S2", "2026-Q3"]
    frozen = await desk.db.read(lambda conn: closings.unit(conn, semester, PAJANG))
    assert frozen is not None
    assert replace(frozen, own={}).report(semester).responden == 68


async def test_a_target_that_was_closed_by_an_earlier_rule_is_no_difference(desk: Desk) -> None:
    """It is advice: the first versions asked for the sample of a whole year in every quarter."""
    await close(desk)
    head = await desk.db.read(lambda conn: closings.of(conn, QUARTER))
    assert head is not None
    found = json.loads(head.content)["figures"]
    assert found["target"] is None
    earlier = {**json.loads(head.content), "figures": {**found, "target": 384}}
    assert exact(json.dumps(earlier)) == exact(head.content)
    wrong = {**json.loads(head.content), "figures": {**found, "ikm": "100.00"}}
    assert exact(json.dumps(wrong)) != exact(head.content)
