"""Responses, each counted into the rollup by the transaction that stores it."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.ikm import Tally
from skm.instrument import Instrument
from skm.response import Response, Saran
from skm.store import tallies
from skm.store.schema import collector, upp
from skm.store.schema import response as table
from skm.store.upps import below
from skm.unsur import Unsur
from skm.upp import Mode

CHUNK = 5000

_ALL = select(table, upp.c.code.label("upp_code"), collector.c.code.label("code")).select_from(
    table.join(upp, table.c.upp_id == upp.c.id).outerjoin(
        collector, table.c.collector_id == collector.c.id
    )
)
_BY_ID = _ALL.where(table.c.id == bindparam("receipt"))


async def by_id(conn: AsyncConnection, receipt: str) -> Response | None:
    row = (await conn.execute(_BY_ID, {"receipt": receipt})).first()
    return _response(row) if row else None


async def put(conn: AsyncConnection, response: Response, instrument: Instrument, day: date) -> None:
    """Store it, or correct the one that is there; the rollup follows in the same transaction.

    `day`: the instansi's local day that it counts for; a correction keeps the first one.
    """
    held = (
        await conn.execute(
            select(table.c.upp_id, table.c.day, table.c.layanan, table.c.answers).where(
                table.c.id == response.id
            )
        )
    ).first()
    answers = _answers(instrument, response)
    if held is None:
        keys = await _keys(conn, response)
        await conn.execute(insert(table), {**_row(response, day), **keys, "answers": answers})
        key = (keys["upp_id"], day, response.layanan, response.instrument)
        await tallies.add(conn, {key: _tally(answers)})
        return
    if answers != held.answers:
        key = (held.upp_id, held.day, held.layanan, response.instrument)
        await tallies.add(conn, {key: _tally(held.answers)}, sign=-1)
        await tallies.add(conn, {key: _tally(answers)})
    changed = {
        "answers": answers,
        "profile": _json(response.profile),
        "saran": response.saran,
        "language": response.language,
    }
    await conn.execute(update(table).where(table.c.id == response.id).values(changed))


async def insert_many(
    conn: AsyncConnection, rows: Iterable[tuple[Response, date]], instrument: Instrument
) -> int:
    """Store many at once; those that are there already are passed over. How many were new."""
    units = await _ids(conn, upp)
    places = await _ids(conn, collector)
    new, chunk = 0, []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            new += await _insert_chunk(conn, chunk, instrument, units, places)
            chunk = []
    return new + (await _insert_chunk(conn, chunk, instrument, units, places) if chunk else 0)


async def last_of(conn: AsyncConnection, respondent: str, collector_code: str) -> datetime | None:
    """When a person last answered at a collector."""
    query = select(func.max(table.c.submitted_at)).select_from(table.join(collector))
    found: datetime | None = await conn.scalar(
        query.where(table.c.respondent == respondent, collector.c.code == collector_code)
    )
    return found


async def forget(conn: AsyncConnection, respondent: str) -> int:
    """Delete what a person gave, out of the figures as well; how many responses."""
    held = (await conn.execute(select(table).where(table.c.respondent == respondent))).all()
    for row in held:
        key = (row.upp_id, row.day, row.layanan, row.instrument)
        await tallies.add(conn, {key: _tally(row.answers)}, sign=-1)
    await conn.execute(delete(table).where(table.c.respondent == respondent))
    return len(held)


async def export(
    conn: AsyncConnection,
    upp_code: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> AsyncIterator[Response]:
    """The responses of a subtree and a period, oldest first, without holding them all."""
    query = _ALL.order_by(table.c.submitted_at, table.c.id)
    if upp_code:
        query = query.where(table.c.upp_id.in_(below(upp_code)))
    if start:
        query = query.where(table.c.day >= start)
    if end:
        query = query.where(table.c.day < end)
    async for row in await conn.stream(query):
        yield _response(row)


async def comments(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date, limit: int
) -> list[Saran]:
    """The newest comments of a subtree (None: of all units)."""
    query: Select[Any] = (
        select(table.c.id, table.c.saran, table.c.day, upp.c.code, upp.c.name, table.c.layanan)
        .select_from(table.join(upp, table.c.upp_id == upp.c.id))
        .where(table.c.saran.is_not(None), table.c.day >= start, table.c.day < end)
        .order_by(table.c.submitted_at.desc())
        .limit(limit)
    )
    if upp_code:
        query = query.where(table.c.upp_id.in_(below(upp_code)))
    return [Saran(*row) for row in await conn.execute(query)]


async def recount(conn: AsyncConnection) -> dict[tallies.Key, Tally]:
    """The rollup as it must be, counted from the responses themselves."""
    counted: dict[tallies.Key, Tally] = {}
    query = select(
        table.c.upp_id, table.c.day, table.c.layanan, table.c.instrument, table.c.answers
    )
    async for upp_id, day, layanan, version, answers in await conn.stream(query):
        key = (upp_id, day, layanan, version)
        counted[key] = counted.get(key, Tally.empty()) + _tally(answers)
    return counted


async def _insert_chunk(
    conn: AsyncConnection,
    chunk: list[tuple[Response, date]],
    instrument: Instrument,
    units: dict[str, int],
    places: dict[str, int],
) -> int:
    ids = [response.id for response, _ in chunk]
    held = set((await conn.execute(select(table.c.id).where(table.c.id.in_(ids)))).scalars())
    counted: dict[tallies.Key, Tally] = {}
    rows = []
    for response, day in chunk:
        if response.id in held:
            continue
        held.add(response.id)
        unit = units[response.upp]
        place = places[response.collector] if response.collector else None
        answers = _answers(instrument, response)
        ids_ = {"upp_id": unit, "collector_id": place, "answers": answers}
        rows.append({**_row(response, day), **ids_})
        key = (unit, day, response.layanan, response.instrument)
        tally = _tally(answers)
        counted[key] = counted[key] + tally if key in counted else tally
    if rows:
        await conn.execute(insert(table), rows)
        await tallies.add(conn, counted)
    return len(rows)


async def _ids(conn: AsyncConnection, table: Table) -> dict[str, int]:
    """code → id of all units or collectors."""
    return {row.code: row.id for row in await conn.execute(select(table.c.code, table.c.id))}


async def _keys(conn: AsyncConnection, response: Response) -> dict[str, Any]:
    """The ids of the unit and the collector."""
    if response.collector:
        row = (
            await conn.execute(
                select(collector.c.upp_id, collector.c.id).where(
                    collector.c.code == response.collector
                )
            )
        ).one()
        return {"upp_id": row.upp_id, "collector_id": row.id}
    unit = (await conn.execute(select(upp.c.id).where(upp.c.code == response.upp))).scalar_one()
    return {"upp_id": unit, "collector_id": None}


def _answers(instrument: Instrument, response: Response) -> str:
    """JSON: unsur → item → nilai, so that a response can be counted without its instrument."""
    grouped: dict[str, dict[str, int]] = {}
    for item in instrument.items:
        grouped.setdefault(item.unsur, {})[item.id] = response.answers[item.id]
    return _json(grouped)


def _tally(answers: str) -> Tally:
    grouped: dict[str, dict[str, int]] = json.loads(answers)
    return Tally.of_response({Unsur(u): list(items.values()) for u, items in grouped.items()})


def _json(values: Any) -> str:
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


def _response(row: Any) -> Response:
    return Response(
        id=row.id,
        upp=row.upp_code,
        layanan=row.layanan,
        collector=row.code,
        instrument=row.instrument,
        answers={
            item: nilai
            for items in json.loads(row.answers).values()
            for item, nilai in items.items()
        },
        profile=json.loads(row.profile),
        saran=row.saran,
        respondent=row.respondent,
        channel=row.channel,
        mode=Mode(row.mode),
        language=row.language,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
    )
