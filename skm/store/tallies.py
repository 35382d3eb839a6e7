"""The rollup: one row a unit, layanan, instrument and day, so that a report reads few rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.ikm import Tally
from skm.store.schema import COUNTS, upp
from skm.store.schema import tally as table
from skm.store.upps import below
from skm.unsur import Unsur

_SUMMED = ("n", "total", "total_sq", *COUNTS)
_SUMS = [func.sum(table.c[name]).label(name) for name in _SUMMED]

Key = tuple[int, date, str, str]  # upp id, day, layanan, instrument


def _upsert(insert: Any) -> Any:
    added = insert(table)
    return added.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: table.c[name] + added.excluded[name] for name in _SUMMED},
    )


_ADD = {"sqlite": _upsert(insert_sqlite), "postgresql": _upsert(insert_postgresql)}


async def add(conn: AsyncConnection, tallies: Mapping[Key, Tally], sign: int = 1) -> None:
    """Add tallies to the rollup (or with sign -1 take them out)."""
    if tallies:
        rows = [_row(key, tally, sign) for key, tally in tallies.items()]
        await conn.execute(_ADD[conn.dialect.name], rows)


async def of(conn: AsyncConnection, upp_code: str, start: date, end: date) -> dict[str, Tally]:
    """By instrument, the tally of a unit's whole subtree in start ≤ day < end; the instrument
    that was answered last comes last."""
    return await _by_instrument(conn, table.c.upp_id.in_(below(upp_code)), start, end)


async def of_city(conn: AsyncConnection, start: date, end: date) -> dict[str, Tally]:
    """By instrument, all responses pooled."""
    return await _by_instrument(conn, None, start, end)


async def by_layanan(
    conn: AsyncConnection, upp_code: str, start: date, end: date
) -> dict[str, dict[str, Tally]]:
    """By layanan, then by instrument, for the subtree."""
    query = _summed(start, end, table.c.layanan).where(table.c.upp_id.in_(below(upp_code)))
    return _nested(await conn.execute(query))


async def by_upp(conn: AsyncConnection, start: date, end: date) -> dict[str, dict[str, Tally]]:
    """By unit code (its own responses only), then by instrument; units without any are left out."""
    query = _summed(start, end, upp.c.code).join(upp)
    return _nested(await conn.execute(query))


async def by_subtree(conn: AsyncConnection, start: date, end: date) -> dict[str, dict[str, Tally]]:
    """By unit code with everything below it: children counted once into each unit above them."""
    own = await by_upp(conn, start, end)
    tree = (await conn.execute(select(upp.c.id, upp.c.code, upp.c.parent_id))).all()
    code_of = {id: code for id, code, _ in tree}
    above = {code: code_of.get(parent) if parent else None for _, code, parent in tree}
    summed: dict[str, dict[str, Tally]] = {}
    for code, tallies in own.items():
        at: str | None = code
        while at:
            for instrument, tally in tallies.items():
                held = summed.setdefault(at, {})
                held[instrument] = held.get(instrument, Tally.empty()) + tally
            at = above[at]
    return summed


async def by_period(
    conn: AsyncConnection, upp_code: str | None, spans: Sequence[tuple[date, date]]
) -> list[dict[str, Tally]]:
    """For each span (start, end) the tallies by instrument; `upp_code` None is the whole city."""
    if not spans:
        return []
    days = _summed(min(s for s, _ in spans), max(e for _, e in spans), table.c.day)
    if upp_code is not None:
        days = days.where(table.c.upp_id.in_(below(upp_code)))
    found: list[dict[str, Tally]] = [{} for _ in spans]
    for day, instrument, _, tally in _rows(await conn.execute(days)):
        for held, (start, end) in zip(found, spans, strict=True):
            if start <= day < end:
                held[instrument] = held.get(instrument, Tally.empty()) + tally
    return found


async def clear(conn: AsyncConnection) -> None:
    await conn.execute(delete(table))


async def everything(conn: AsyncConnection) -> dict[Key, Tally]:
    """The whole rollup, for checking it against the responses."""
    query = select(
        table.c.upp_id, table.c.day, table.c.layanan, table.c.instrument,
        *(table.c[name] for name in _SUMMED),
    ).where(table.c.n > 0)  # fmt: skip
    return {tuple(row[:4]): _tally(row[4:]) for row in await conn.execute(query)}


def _summed(start: date, end: date, *by: Any) -> Select[Any]:
    keys = (*by, table.c.instrument)
    return (
        select(*keys, func.max(table.c.day), *_SUMS)
        .select_from(table)
        .where(table.c.day >= start, table.c.day < end)
        .group_by(*keys)
        .order_by(func.max(table.c.day), table.c.instrument)
    )


async def _by_instrument(
    conn: AsyncConnection, which: Any, start: date, end: date
) -> dict[str, Tally]:
    query = _summed(start, end)
    if which is not None:
        query = query.where(which)
    return {row[0]: tally for row in await conn.execute(query) if (tally := _tally(row[2:])).n}


def _rows(rows: Iterable[Any]) -> Iterable[tuple[Any, str, date, Tally]]:
    return ((row[0], row[1], row[2], _tally(row[3:])) for row in rows)


def _nested(rows: Iterable[Any]) -> dict[str, dict[str, Tally]]:
    found: dict[str, dict[str, Tally]] = {}
    for key, instrument, _, tally in _rows(rows):
        if tally.n:
            found.setdefault(key, {})[instrument] = tally
    return found


def _tally(sums: Sequence[Any]) -> Tally:
    n, total, total_sq, *counts = (int(value) for value in sums)
    quads = zip(*[iter(counts)] * 4, strict=True)
    return Tally(n, dict(zip(Unsur, quads, strict=True)), total, total_sq)


def _row(key: Key, tally: Tally, sign: int) -> dict[str, object]:
    upp_id, day, layanan, instrument = key
    counts = [count for unsur in Unsur for count in tally.counts[unsur]]
    sums = (tally.n, tally.total, tally.total_sq, *counts)
    return {
        "upp_id": upp_id,
        "day": day,
        "layanan": layanan,
        "instrument": instrument,
        **{name: sign * value for name, value in zip(_SUMMED, sums, strict=True)},
    }
