"""Reports that units hand in: their states, and the steps that led there.

A step is stored if the report is still the version that the official looked at, so that of two who
decide at the same moment one is refused.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.store.database.batches import insert_all
from skm.store.database.upsert import insert_missing
from skm.store.officials import alerts, audit_log, officials
from skm.store.periods import follow_ups
from skm.store.schema.officials import official
from skm.store.schema.submissions import submission as table
from skm.store.schema.submissions import submission_step as step_table
from skm.store.schema.survey import upp
from skm.store.survey import tallies, upps
from skm.submissions.deadline import REPORTED
from skm.submissions.rules import Attempt, may_step, stepped
from skm.submissions.standing import Standing, chosen
from skm.submissions.submission import (
    Submission,
    SubmissionAct,
    SubmissionError,
    SubmissionRefusal,
    SubmissionState,
    SubmissionStep,
)

_ALL = select(table, upp.c.code).select_from(table.join(upp, table.c.upp_id == upp.c.id))


async def of(conn: AsyncConnection, code: str, period: Period) -> Submission:
    """The report of a unit, also of one that has not begun."""
    query = _ALL.where(upp.c.code == code, table.c.period == period)
    row = (await conn.execute(query)).first()
    return _submission(row) if row else Submission(code, period)


async def of_all(conn: AsyncConnection, period: Period) -> Mapping[str, Submission]:
    """By unit code, those that have begun."""
    rows = await conn.execute(_ALL.where(table.c.period == period))
    return {row.code: _submission(row) for row in rows}


async def steps(conn: AsyncConnection, code: str, period: Period) -> list[SubmissionStep]:
    """Every step with a report, the oldest first."""
    query = (
        select(step_table)
        .join(upp, step_table.c.upp_id == upp.c.id)
        .where(upp.c.code == code, step_table.c.period == period)
        .order_by(step_table.c.id)
    )
    return [
        SubmissionStep(
            row.at, row.official_id, row.name,
            SubmissionAct(row.act), SubmissionState(row.state), row.words,
        )
        for row in await conn.execute(query)
    ]  # fmt: skip


async def standings(conn: AsyncConnection, code: str | None, period: Period) -> list[Standing]:
    """The units of a subtree (None: of all) that owe a report of the period, by code."""
    owed = await owed_of(conn, period, await alerts.last_answers(conn))
    officers = Counter(one.upp for one in await officials.listed(conn))
    return [
        Standing(unit, owed[unit.code], officers[unit.code])
        for unit in await (upps.subtree(conn, code) if code else upps.listed(conn))
        if unit.code in owed
    ]


async def owed_of(
    conn: AsyncConnection, period: Period, counters: Iterable[str]
) -> dict[str, Submission]:
    """The reports of the period that are owed, by unit. `counters`: the units that have one.

    A unit owes one if it has a counter or responses of its own, or a report that has begun.
    """
    begun = await of_all(conn, period)
    owing = {*begun, *counters, *await tallies.by_upp(conn, period.start, period.end)}
    return {code: begun.get(code) or Submission(code, period) for code in owing}


async def take(
    conn: AsyncConnection,
    official_id: int,
    unit: Upp,
    period: Period,
    attempt: Attempt,
    today: date,
    now: datetime,
) -> Submission:
    """Takes a step, with its row in the history and its entry in the audit log; returns the report
    after it. Raises SubmissionError.
    """
    who = await officials.locked(conn, official_id)
    if not may_step(who, attempt.act, await upps.lineage(conn, unit.code)):
        raise SubmissionError(SubmissionRefusal.NOT_ALLOWED)
    before = await of(conn, unit.code, period)
    plans = await follow_ups.of(conn, unit, period)
    after = stepped(before, attempt, official_id, plans, today)
    await _store(conn, before, after)
    words = after.analysis if attempt.act is not SubmissionAct.RETURN else attempt.words.strip()
    words = "" if attempt.act is SubmissionAct.ACCEPT else words
    await _step(conn, official_id, after, attempt.act, words, now)
    change = audit_log.changed(before.state, after.state)
    about = f"{unit.code} {period} {attempt.act}: {change}"
    await audit_log.add(conn, official_id, AuditEvent.SUBMISSION, about, now)
    return after


async def missing(conn: AsyncConnection, period: Period) -> list[Standing]:
    """The units of the instansi that have still to hand in a report of the period.

    Reports are expected of every quarter; of a semester or year only where one has begun, since
    their quarters are reported already.
    """
    rows = await standings(conn, None, period)
    begun = any(row.submission.version for row in rows)
    expected = period.kind is PeriodKind.QUARTER or (period.kind in REPORTED and begun)
    return chosen(rows, "missing") if expected else []


async def lapse(conn: AsyncConnection, period: Period, by: int | None, now: datetime) -> int:
    """Records what was not handed in as not reported; returns how many. `by`: the official who
    closes the period, None for the command line.
    """
    rows = await missing(conn, period)
    before = [row.submission for row in rows if row.submission.allows(SubmissionAct.LAPSE)]
    ids = await upps.ids_of(conn, [one.upp for one in before])
    name = await _name(conn, by)
    new = [_row(one.lapsed()) | _key(ids, one) for one in before if not one.version]
    await insert_all(conn, table, new)
    for one in before:
        if one.version:
            await _store(conn, one, one.lapsed())
    took = {"at": now, "official_id": by, "name": name, "act": SubmissionAct.LAPSE, "words": ""}
    taken = [{**took, **_key(ids, one), "state": one.lapsed().state} for one in before]
    await insert_all(conn, step_table, taken)
    return len(before)


async def put_all(
    conn: AsyncConnection, reports: Iterable[tuple[Submission, Iterable[SubmissionStep]]]
) -> None:
    """Stores reports that are not there yet, with the steps that led to their states."""
    given = [(one, list(taken)) for one, taken in reports]
    ids = await upps.ids_of(conn, [one.upp for one, _ in given])
    await insert_all(conn, table, [_key(ids, one) | _row(one) for one, _ in given])
    steps_of = [
        _key(ids, one)
        | {
            "at": step.at,
            "official_id": step.official,
            "name": step.name,
            "act": step.act,
            "state": step.state,
            "words": step.words,
        }
        for one, taken in given
        for step in taken
    ]
    await insert_all(conn, step_table, steps_of)


async def _store(conn: AsyncConnection, before: Submission, after: Submission) -> None:
    """Raises SubmissionError if somebody else was faster."""
    key = _key({after.upp: await upps.id_of(conn, after.upp)}, after)
    if before.version:
        here = (table.c.upp_id == key["upp_id"], table.c.period == after.period)
        same = table.c.version == before.version
        done = await conn.execute(update(table).where(*here, same).values(_row(after)))
    else:
        done = await conn.execute(insert_missing(conn, table), {**key, **_row(after)})
    if not done.rowcount:
        raise SubmissionError(SubmissionRefusal.CHANGED)


async def _step(
    conn: AsyncConnection,
    official_id: int,
    after: Submission,
    act: SubmissionAct,
    words: str,
    now: datetime,
) -> None:
    row = {
        **_key({after.upp: await upps.id_of(conn, after.upp)}, after),
        "at": now,
        "official_id": official_id,
        "name": await _name(conn, official_id),
        "act": act,
        "state": after.state,
        "words": words,
    }
    await conn.execute(insert(step_table), row)


async def _name(conn: AsyncConnection, official_id: int | None) -> str:
    found = await conn.scalar(select(official.c.name).where(official.c.id == official_id))
    return found or ""


def _key(ids: Mapping[str, int], one: Submission) -> dict[str, Any]:
    return {"upp_id": ids[one.upp], "period": one.period}


def _row(one: Submission) -> dict[str, Any]:
    return {
        "state": one.state,
        "analysis": one.analysis,
        "handed_in": one.handed_in,
        "handed_in_by": one.handed_in_by,
        "version": one.version,
    }


def _submission(row: Any) -> Submission:
    return Submission(
        row.code,
        row.period,
        SubmissionState(row.state),
        row.analysis,
        row.handed_in,
        row.handed_in_by,
        row.version,
    )
