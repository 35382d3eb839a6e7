"""Responses, each counted into the rollup by the transaction that stores it."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instrument import Instrument
from skm.quality import Given
from skm.response import Response, Saran
from skm.store import rollup, seals
from skm.store.schema import collector, upp
from skm.store.schema import response as table
from skm.store.upps import below
from skm.upp import Mode

CHUNK = 5000

_ALL = select(table, upp.c.code.label("upp_code"), collector.c.code.label("code")).select_from(
    table.join(upp, table.c.upp_id == upp.c.id).outerjoin(
        collector, table.c.collector_id == collector.c.id
    )
)
_BY_ID = _ALL.where(table.c.id == bindparam("receipt"))
_GIVEN = select(
    table.c.id, table.c.collector_id, table.c.instrument, table.c.answers, table.c.submitted_at,
    table.c.started_at, table.c.respondent, table.c.mode, upp.c.code,
).select_from(table.join(upp, table.c.upp_id == upp.c.id))  # fmt: skip
_HELD = select(
    table.c.id, table.c.upp_id, table.c.day, table.c.layanan, table.c.instrument, table.c.answers
).with_for_update()  # nobody else may count it out meanwhile


async def by_id(conn: AsyncConnection, receipt: str) -> Response | None:
    row = (await conn.execute(_BY_ID, {"receipt": receipt})).first()
    return _response(row) if row else None


async def put(conn: AsyncConnection, response: Response, instrument: Instrument, day: date) -> None:
    """Store it, or correct the one that is there; the rollup follows in the same transaction.

    `day`: the instansi's local day that it counts for; a correction keeps the first one.
    """
    held = (await conn.execute(_HELD.where(table.c.id == response.id))).first()
    if held is None:
        await _insert(conn, [(response, day)], instrument)
        return
    answers = _answers(instrument, response)
    if answers != held.answers:
        place = (held.upp_id, held.day, held.layanan, response.instrument)
        await rollup.add(conn, [(_place(held), held.answers, -1), (place, answers, 1)])
        await seals.withdraw(conn, [held.id])
    corrected = {
        "answers": answers,
        "instrument": response.instrument,
        "profile": _json(response.profile),
        "saran": response.saran,
        "language": response.language,
    }
    await conn.execute(update(table).where(table.c.id == response.id).values(corrected))


async def count(conn: AsyncConnection) -> int:
    """How many there are in all; it looks at each."""
    return await conn.scalar(select(func.count()).select_from(table)) or 0


async def insert_many(
    conn: AsyncConnection, rows: Sequence[tuple[Response, date]], instrument: Instrument
) -> int:
    """Store many, each with its local day; those that are there are passed over. How many are new.

    Others wait while one piece of work writes: hand over some thousands at a time. Raises SkmError
    for an unknown unit or collector.
    """
    new = 0
    for at in range(0, len(rows), CHUNK):
        chunk = {response.id: (response, day) for response, day in rows[at : at + CHUNK]}
        held = await conn.scalars(select(table.c.id).where(table.c.id.in_(list(chunk))))
        for receipt in held:
            del chunk[receipt]
        if chunk:
            await _insert(conn, list(chunk.values()), instrument)
        new += len(chunk)
    return new


async def last_of(conn: AsyncConnection, respondent: str, collector_code: str) -> datetime | None:
    """When a person last answered at a collector."""
    query = select(func.max(table.c.submitted_at)).select_from(table.join(collector))
    found: datetime | None = await conn.scalar(
        query.where(table.c.respondent == respondent, collector.c.code == collector_code)
    )
    return found


async def forget(conn: AsyncConnection, respondent: str) -> int:
    """Delete what a person gave, out of the figures as well; how many responses."""
    held = (await conn.execute(_HELD.where(table.c.respondent == respondent))).all()
    await rollup.add(conn, [(_place(row), row.answers, -1) for row in held])
    await seals.withdraw(conn, [row.id for row in held])
    await conn.execute(delete(table).where(table.c.id.in_([row.id for row in held])))
    return len(held)


async def export(
    conn: AsyncConnection,
    upp_code: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> AsyncIterator[Response]:
    """The responses of a subtree and a period, oldest first, without holding them all."""
    query = _ALL.where(*_within(upp_code, start, end)).order_by(table.c.submitted_at, table.c.id)
    async for row in await conn.stream(query):
        yield _response(row)


async def looked_at(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date
) -> list[Given]:
    """What the rules of quality look at in a subtree and a period, in no order."""
    rows = (await conn.execute(_GIVEN.where(*_within(upp_code, start, end)))).all()
    read = {text: _flat(text) for text in {row.answers for row in rows}}  # people's answers repeat
    return [
        Given(id, way, version, read[answers], submitted, started, respondent, Mode(mode), unit)
        for id, way, version, answers, submitted, started, respondent, mode, unit in rows
    ]


async def comments(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date, limit: int
) -> list[Saran]:
    """The newest comments of a subtree (None: of all units)."""
    query: Select[Any] = (
        select(table.c.id, table.c.saran, table.c.day, upp.c.code, upp.c.name, table.c.layanan)
        .select_from(table.join(upp, table.c.upp_id == upp.c.id))
        .where(table.c.saran.is_not(None), *_within(upp_code, start, end))
        .order_by(table.c.day.desc(), table.c.submitted_at.desc())
        .limit(limit)
    )
    return [Saran(*row) for row in await conn.execute(query)]


def _within(upp_code: str | None, start: date | None, end: date | None) -> list[Any]:
    """In a subtree, in start ≤ day < end; None does not narrow."""
    conditions: list[Any] = []
    if upp_code:
        conditions.append(table.c.upp_id.in_(below(upp_code)))
    if start:
        conditions.append(table.c.day >= start)
    if end:
        conditions.append(table.c.day < end)
    return conditions


async def _insert(
    conn: AsyncConnection, given: Sequence[tuple[Response, date]], instrument: Instrument
) -> None:
    units = await _ids(conn, upp, {response.upp for response, _ in given})
    ways_in = {response.collector for response, _ in given} - {None}
    places = await _ids(conn, collector, ways_in)
    rows = [
        _row(response, day) | {
            "upp_id": units[response.upp],
            "collector_id": places.get(response.collector),
            "answers": _answers(instrument, response),
        }
        for response, day in given
    ]  # fmt: skip
    await conn.execute(insert(table), rows)
    await rollup.add(conn, [(_place_of(row), row["answers"], 1) for row in rows])


async def _ids(
    conn: AsyncConnection, table: Table, codes: Iterable[str | None]
) -> dict[str | None, int]:
    """code → id of units or collectors."""
    wanted = set(codes)
    query = select(table.c.code, table.c.id).where(table.c.code.in_(wanted))
    found: dict[str | None, int] = {row.code: row.id for row in await conn.execute(query)}
    if missing := wanted - set(found):
        raise SkmError(f"There is no {table.name} {min(map(str, missing))}: add it first.")
    return found


def _place(held: Any) -> rollup.Place:
    return held.upp_id, held.day, held.layanan, held.instrument


def _place_of(row: Mapping[str, Any]) -> rollup.Place:
    return row["upp_id"], row["day"], row["layanan"], row["instrument"]


def _answers(instrument: Instrument, response: Response) -> str:
    """JSON: unsur → item → nilai, so that a response can be counted without its instrument."""
    grouped: dict[str, dict[str, int]] = {}
    for item in instrument.items:
        grouped.setdefault(item.unsur, {})[item.id] = response.answers[item.id]
    return _json(grouped)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), separators=(",", ":"), ensure_ascii=False)


def _row(response: Response, day: date) -> dict[str, Any]:
    return {
        "id": response.id,
        "layanan": response.layanan,
        "instrument": response.instrument,
        "profile": _json(response.profile),
        "saran": response.saran,
        "respondent": response.respondent,
        "channel": response.channel,
        "mode": response.mode,
        "language": response.language,
        "started_at": response.started_at,
        "submitted_at": response.submitted_at,
        "day": day,
    }


def _flat(answers: str) -> dict[str, int]:
    """item → nilai"""
    by_unsur = json.loads(answers).values()
    return {item: nilai for items in by_unsur for item, nilai in items.items()}


def _response(row: Any) -> Response:
    return Response(
        id=row.id,
        upp=row.upp_code,
        layanan=row.layanan,
        collector=row.code,
        instrument=row.instrument,
        answers=_flat(row.answers),
        profile=json.loads(row.profile),
        saran=row.saran,
        respondent=row.respondent,
        channel=row.channel,
        mode=Mode(row.mode),
        language=row.language,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
    )
