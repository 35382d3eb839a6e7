"""Millions of responses in minutes: made in SQL, on both databases and in every run the same.

Answers are those of a thousand made-up people, over and over, spread evenly over units and days.
The rollup is added up in SQL from the same people; `recounted` holds it against the responses.
"""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.ikm import Tally
from skm.instansi.collector import Mode
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.schema.column_types import Timestamp
from skm.store.schema.counts import CLUSTERS, COUNTED, SUMS, tally
from skm.store.schema.survey import collector, response, upp
from skm.store.survey import tallies, upps
from skm.survey.unsur import Unsur
from tests.skm.survey.test_instrument import SKM9

YEAR = Period.parse("2026")
ROOT = "U00000"
PEOPLE = 1000
SAID_BY = 40  # one person in so many leaves a comment
WIDE = 100  # groups below the root

_own = MetaData()
_person = Table(
    "crowd_person",
    _own,
    Column("number", Integer, primary_key=True),
    Column("answers", Text, nullable=False),
    Column("saran", Text),
    *(Column(name, BigInteger, nullable=False) for name in COUNTED),
)
_number = Table("crowd_number", _own, Column("i", BigInteger, primary_key=True))
_unit = Table("crowd_unit", _own, Column("i", Integer, primary_key=True), Column("upp_id", Integer))


def code(n: int) -> str:
    """Of the unit with that number."""
    return f"U{n:05}"


async def settle(db: Database, units: int, responses: int) -> None:
    """A root, groups below it, `units` units below these, each with a way in and its answers."""
    await db.write(lambda conn: _found(conn, units))
    await db.write(lambda conn: _prepare(conn, 2 + responses // _days()))
    for day in range(_days()):
        await db.write(partial(_live, at=day, units=units, responses=responses))
    await db.write(_months)
    await db.write(_finish)


async def recounted(conn: AsyncConnection, unit: str) -> bool:
    """Whether a unit's rollup of the year says what its responses say, counted one by one."""
    held = await tallies.of(conn, unit, YEAR.start, YEAR.end)
    given = select(response.c.answers).where(response.c.upp_id.in_(upps.below(unit)))
    counted = sum((_tally(answers) for answers in await conn.scalars(given)), Tally.empty())
    return held == {SKM9.version: counted}


def _days() -> int:
    return (YEAR.end - YEAR.start).days


async def _found(conn: AsyncConnection, units: int) -> None:
    groups = [Upp(code(n), f"Kelompok {n}", ROOT) for n in range(1, min(WIDE, units // 10) + 1)]
    first = len(groups) + 1
    own = [
        Upp(code(n), f"Unit {n}", groups[n % len(groups)].code if groups else ROOT)
        for n in range(first, first + units)
    ]
    await upps.put(conn, [Upp(ROOT, "Provinsi"), *groups, *own])
    ids = {row.code: row.id for row in await conn.execute(select(upp.c.code, upp.c.id))}
    now = datetime.combine(YEAR.start, time(), UTC)
    ways_in = [
        {"code": f"C{at:05}", "upp_id": ids[unit.code], "created_at": now}
        for at, unit in enumerate(own)
    ]
    await conn.execute(insert(collector), ways_in)
    await conn.run_sync(_own.create_all)
    places = [{"i": at, "upp_id": ids[unit.code]} for at, unit in enumerate(own)]
    await conn.execute(insert(_unit), places)


async def _prepare(conn: AsyncConnection, most: int) -> None:
    """The people, numbers to count with, and no index that would be kept up meanwhile."""
    await conn.execute(insert(_person), list(_people()))
    await conn.execute(insert(_number), [{"i": at} for at in range(most)])
    for index in response.indexes:
        await conn.run_sync(index.drop)


def _people() -> Iterator[dict[str, Any]]:
    rng = random.Random(14)
    for at in range(PEOPLE):
        given = rng.choices((1, 2, 3, 4), (1, 4, 50, 45), k=9)
        answers = {item.unsur: {item.id: n} for item, n in zip(SKM9.items, given, strict=True)}
        said = "Loketnya kurang, antre lama sekali." if at % SAID_BY == 0 else None
        written = json.dumps(answers, separators=(",", ":"))
        yield {"number": at, "answers": written, "saran": said, **_sums(_tally(written))}


def _tally(answers: str) -> Tally:
    given = {Unsur(unsur): list(items.values()) for unsur, items in json.loads(answers).items()}
    return Tally.of_response(given)


def _sums(one: Tally) -> dict[str, int]:
    counts = [count for unsur in Unsur for count in one.counts[unsur]]
    return dict(zip(COUNTED, (one.n, one.total, one.total_sq, *counts), strict=True))


async def _live(conn: AsyncConnection, at: int, units: int, responses: int) -> None:
    """One day of answers, and its rows of the rollup."""
    day = YEAR.start + timedelta(days=at)
    first, end = responses * at // _days(), responses * (at + 1) // _days()
    i = _number.c.i + first
    who = (i * 7919 + i // units * 104729) % PEOPLE
    lived = (
        select(i.label("i"), _unit.c.upp_id, _person)
        .select_from(_number)
        .join(_unit, _unit.c.i == i % units)
        .join(_person, _person.c.number == who)
        .where(_number.c.i < end - first)
        .subquery()
    )
    await _insert(conn, response, _given(lived.c, day), select().select_from(lived))
    n, total = func.sum(lived.c.n), func.sum(lived.c.total)
    counted = {
        "upp_id": lived.c.upp_id, "kind": literal(PeriodKind.DAY), "start": literal(day, Date),
        "layanan": literal(""), "instrument": literal(SKM9.version), "last": literal(day, Date),
        **{name: func.sum(lived.c[name]) for name in COUNTED},
        **dict(zip(CLUSTERS, (literal(1), n * n, n * total, total * total), strict=True)),
    }  # fmt: skip
    await _insert(conn, tally, counted, select().group_by(lived.c.upp_id))


def _given(row: Any, day: date) -> dict[str, Any]:
    return {
        "id": literal("R") + cast(row.i, Text),
        "upp_id": row.upp_id,
        "instrument": literal(SKM9.version),
        "answers": row.answers,
        "profile": literal('{"gender":"perempuan"}'),
        "saran": row.saran,
        "channel": literal("telegram"),
        "mode": literal(Mode.SELF),
        "language": literal("id"),
        "submitted_at": literal(datetime.combine(day, time(4), UTC), Timestamp),
        "day": literal(day, Date),
    }


async def _months(conn: AsyncConnection) -> None:
    """The rollup's months, from its days."""
    for month in _months_of_the_year():
        of_month = (
            tally.c.kind == PeriodKind.DAY,
            tally.c.start >= month.start,
            tally.c.start < month.end,
        )
        added = {
            "upp_id": tally.c.upp_id, "kind": literal(PeriodKind.MONTH),
            "start": literal(month.start, Date), "layanan": tally.c.layanan,
            "instrument": tally.c.instrument, "last": func.max(tally.c.last),
            **{name: func.sum(tally.c[name]) for name in SUMS},
        }  # fmt: skip
        key = tally.c.upp_id, tally.c.layanan, tally.c.instrument
        await _insert(conn, tally, added, select().where(*of_month).group_by(*key))


def _months_of_the_year() -> Iterable[Period]:
    month = Period.of(PeriodKind.MONTH, YEAR.start)
    while month.start < YEAR.end:
        yield month
        month = month.next()


async def _insert(
    conn: AsyncConnection, table: Table, columns: dict[str, Any], query: Select[Any]
) -> None:
    await conn.execute(
        insert(table).from_select(list(columns), query.with_only_columns(*columns.values()))
    )


async def _finish(conn: AsyncConnection) -> None:
    await conn.run_sync(_own.drop_all)
    for index in response.indexes:
        await conn.run_sync(index.create)
    await conn.execute(text("ANALYZE"))
