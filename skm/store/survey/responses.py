"""Responses; the transaction that stores one also counts it into the rollup."""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.quality.timed_response import TimedResponse
from skm.store.database.batches import batches
from skm.store.schema.survey import collector, upp
from skm.store.schema.survey import response as table
from skm.store.survey import answers, networks, rollup, seals, upps
from skm.store.survey.upps import within
from skm.survey.inert_text import inert
from skm.survey.instrument import Instrument
from skm.survey.response import Response, Saran

DatedResponse = tuple[Response, date]
"""A response and the instansi's local day that it counts for."""

_ALL = select(table, upp.c.code.label("upp_code"), collector.c.code.label("code")).select_from(
    table.join(upp, table.c.upp_id == upp.c.id).outerjoin(
        collector, table.c.collector_id == collector.c.id
    )
)
_BY_ID = _ALL.where(table.c.id == bindparam("receipt"))
_TIMED = select(
    table.c.id, table.c.collector_id, table.c.instrument, table.c.answers, table.c.submitted_at,
    table.c.started_at, table.c.respondent, table.c.mode, upp.c.code, table.c.one_network,
).select_from(table.join(upp, table.c.upp_id == upp.c.id))  # fmt: skip
_LOCKED = select(
    table.c.id, table.c.upp_id, table.c.day, table.c.layanan, table.c.instrument, table.c.answers
).with_for_update()  # a concurrent transaction must not subtract it from the rollup as well


async def by_id(conn: AsyncConnection, receipt: str) -> Response | None:
    row = (await conn.execute(_BY_ID, {"receipt": receipt})).first()
    return _response(row) if row else None


async def all_of(conn: AsyncConnection, respondent: str) -> list[Response]:
    """Returns all responses of a respondent, in no order."""
    rows = await conn.execute(_ALL.where(table.c.respondent == respondent))
    return [_response(row) for row in rows]


async def put(conn: AsyncConnection, response: Response, instrument: Instrument, day: date) -> None:
    """Stores a response or corrects the stored one.

    `day`: the instansi's local day that it counts for; a correction keeps the first one.
    """
    old = (await conn.execute(_LOCKED.where(table.c.id == response.id))).first()
    if old is None:
        await _insert(conn, [(response, day)], instrument)
        return
    encoded = answers.encode(instrument, response)
    if encoded != old.answers:
        place = (old.upp_id, old.day, old.layanan, response.instrument)
        await rollup.add(conn, [(_place(old), old.answers, -1), (place, encoded, 1)])
        await seals.withdraw(conn, [old.id])
    values = {
        "answers": encoded,
        "instrument": response.instrument,
        "profile": _profile(response),
        "saran": response.saran,
        "language": response.language,
    }
    await conn.execute(update(table).where(table.c.id == response.id).values(values))


async def count(conn: AsyncConnection) -> int:
    """Returns the number of responses; reads the whole table."""
    return await conn.scalar(select(func.count()).select_from(table)) or 0


async def insert_many(
    conn: AsyncConnection,
    rows: Iterable[DatedResponse],
    instrument: Instrument,
    batch_id: int | None = None,
) -> int:
    """Stores responses, skipping those that are stored already; returns how many were new.

    `batch_id`: of the batch that they were imported with. Other writers wait for the whole
    transaction: pass some thousands at a time. Raises SkmError for an unknown unit or collector.
    """
    total = 0
    for batch in batches(rows):
        new = {response.id: (response, day) for response, day in batch}
        for receipt in await conn.scalars(select(table.c.id).where(table.c.id.in_(list(new)))):
            del new[receipt]
        if new:
            await _insert(conn, list(new.values()), instrument, batch_id)
        total += len(new)
    return total


async def last_of(conn: AsyncConnection, respondent: str, collector_code: str) -> datetime | None:
    """Returns when a respondent last answered at a collector."""
    query = select(func.max(table.c.submitted_at)).select_from(table.join(collector))
    found: datetime | None = await conn.scalar(
        query.where(table.c.respondent == respondent, collector.c.code == collector_code)
    )
    return found


async def forget(conn: AsyncConnection, respondent: str) -> int:
    """Deletes a respondent's responses and takes them out of the figures; returns how many."""
    return await _delete(conn, _LOCKED.where(table.c.respondent == respondent))


async def delete_all(conn: AsyncConnection, receipts: Sequence[str]) -> int:
    """Deletes responses by their ids and takes them out of the figures; returns how many were
    there.
    """
    return await _delete(conn, _LOCKED.where(table.c.id.in_(receipts)))


async def take_back(conn: AsyncConnection, batch_id: int, limit: int) -> int:
    """Deletes some responses of an import and takes them out of the figures; returns how many."""
    return await _delete(conn, _LOCKED.where(table.c.batch_id == batch_id).limit(limit))


async def _delete(conn: AsyncConnection, query: Select[Any]) -> int:
    rows = (await conn.execute(query)).all()
    receipts = [row.id for row in rows]
    await rollup.add(conn, [(_place(row), row.answers, -1) for row in rows])
    await seals.withdraw(conn, receipts)
    await networks.forget(conn, receipts)
    await conn.execute(delete(table).where(table.c.id.in_(receipts)))
    return len(rows)


async def export(
    conn: AsyncConnection,
    upp_code: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> AsyncIterator[Response]:
    """Streams the responses of a subtree (None: of all units) and of start ≤ day < end (None: not
    limited), the earliest first.
    """
    query = _ALL.where(*_among(upp_code, start, end)).order_by(table.c.submitted_at, table.c.id)
    async for row in await conn.stream(query):
        yield _response(row)


async def imported(
    conn: AsyncConnection, first: date, last: date, upp_codes: Collection[str]
) -> AsyncIterator[tuple[int, Response, date]]:
    """Streams the imported responses of some units and days with the number of their batch, the
    earliest batch first.
    """
    query = _ALL.where(table.c.batch_id.is_not(None), table.c.day >= first, table.c.day <= last)
    async for row in await conn.stream(query.order_by(table.c.batch_id, table.c.id)):
        if row.upp_code in upp_codes:
            yield row.batch_id, _response(row), row.day


async def timed(
    conn: AsyncConnection,
    upp_code: str | None,
    start: date,
    end: date,
    counted_in: Period | None = None,
) -> list[TimedResponse]:
    """Returns what the rules of quality read of a subtree's responses, in no order. `counted_in`: a
    closed period, of which only the responses count that its closing counted.
    """
    query = _TIMED.where(*_among(upp_code, start, end))
    if counted_in:
        query = query.where(table.c.id.in_(seals.counted(counted_in)))
    rows = (await conn.execute(query)).all()
    decoded = {text: answers.by_item(text) for text in {row.answers for row in rows}}
    return [
        TimedResponse(
            row.id, row.collector_id, row.instrument, decoded[row.answers], row.submitted_at,
            row.started_at, row.respondent, Mode(row.mode), row.code, row.one_network,
        )
        for row in rows
    ]  # fmt: skip


async def comments(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date, limit: int
) -> list[Saran]:
    """Returns the newest comments of a subtree (None: of all units), as officials may read them."""
    query = (
        select(table.c.id, table.c.saran, table.c.day, upp.c.code, upp.c.name, table.c.layanan)
        .select_from(table.join(upp, table.c.upp_id == upp.c.id))
        .where(table.c.saran.is_not(None), *_among(upp_code, start, end))
        .order_by(table.c.day.desc(), table.c.submitted_at.desc())
        .limit(limit)
    )
    return [Saran(row.id, inert(row.saran), *row[2:]) for row in await conn.execute(query)]


async def count_comments(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date
) -> int:
    query = select(func.count()).where(table.c.saran.is_not(None), *_among(upp_code, start, end))
    return await conn.scalar(query) or 0


def _among(upp_code: str | None, start: date | None, end: date | None) -> list[Any]:
    conditions: list[Any] = [within(table.c.upp_id, upp_code)]
    if start:
        conditions.append(table.c.day >= start)
    if end:
        conditions.append(table.c.day < end)
    return conditions


async def _insert(
    conn: AsyncConnection,
    given: list[DatedResponse],
    instrument: Instrument,
    batch_id: int | None = None,
) -> None:
    upp_ids = await upps.ids_of(conn, {response.upp for response, _ in given})
    codes = {response.collector for response, _ in given if response.collector}
    collector_ids = await _collector_ids(conn, codes)
    rows = [
        _row(response) | {
            "day": day,
            "batch_id": batch_id,
            "answers": answers.encode(instrument, response),
            "upp_id": upp_ids[response.upp],
            "collector_id": response.collector and collector_ids[response.collector],
        }
        for response, day in given
    ]  # fmt: skip
    await conn.execute(insert(table), rows)
    places = ((row["upp_id"], row["day"], row["layanan"], row["instrument"]) for row in rows)
    await rollup.add(
        conn, [(place, row["answers"], 1) for place, row in zip(places, rows, strict=True)]
    )


async def _collector_ids(conn: AsyncConnection, codes: set[str]) -> dict[str, int]:
    query = select(collector.c.code, collector.c.id).where(collector.c.code.in_(codes))
    found = {row.code: row.id for row in await conn.execute(query)} if codes else {}
    if missing := codes - set(found):
        raise SkmError(f"There is no collector {min(missing)}: add it first.")
    return found


def _place(row: Any) -> rollup.Place:
    return row.upp_id, row.day, row.layanan, row.instrument


def _profile(response: Response) -> str:
    profile: Mapping[str, str | None] = dict(response.profile)
    return json.dumps(profile, separators=(",", ":"), ensure_ascii=False)


def _row(response: Response) -> dict[str, Any]:
    return {
        "id": response.id,
        "layanan": response.layanan,
        "instrument": response.instrument,
        "profile": _profile(response),
        "saran": response.saran,
        "respondent": response.respondent,
        "channel": response.channel,
        "mode": response.mode,
        "language": response.language,
        "started_at": response.started_at,
        "submitted_at": response.submitted_at,
    }


def _response(row: Any) -> Response:
    return Response(
        id=row.id,
        upp=row.upp_code,
        layanan=row.layanan,
        collector=row.code,
        instrument=row.instrument,
        answers=answers.by_item(row.answers),
        profile=json.loads(row.profile),
        saran=row.saran,
        respondent=row.respondent,
        channel=row.channel,
        mode=Mode(row.mode),
        language=row.language,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
    )
