"""Reported history: the rows of published recaps. Nothing here touches the own responses.

A unit and period has one row, of the file that was imported last and says something new about it.
A unit of the instansi finds its history by its name or code, however these were spelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.ikm import Mutu
from skm.instansi.find_upp import folded
from skm.instansi.upp import Upp
from skm.intake.recaps.recap import Published, Recap, RecapRow, Reported
from skm.store.database.upsert import insert_or_replace
from skm.store.schema.periods import NILAI_COLUMNS
from skm.store.schema.periods import recap_row as table
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class Stored:
    """How many rows of a recap are new, say something else than before, or were there."""

    new: int
    changed: int
    known: int


async def put(conn: AsyncConnection, recap: Recap, now: datetime) -> Stored:
    """Take the rows in; those that were there with the same figures keep their source."""
    before = {(row.unit, row.period): row for row in await rows(conn)}
    given = {(row.unit, row.period): row for row in recap.rows}
    fresh = {key: row for key, row in given.items() if before.get(key) != row}
    if fresh:
        plain = [_plain(row, recap, now) for row in fresh.values()]
        await conn.execute(insert_or_replace(conn, table), plain)
    new = len(given.keys() - before.keys())
    return Stored(new, len(fresh) - new, len(given) - len(fresh))


async def of_upp(conn: AsyncConnection, upp: Upp) -> list[Reported]:
    """What was published about a unit, the earliest period first."""
    names = (folded(upp.name), folded(upp.code))
    found = await conn.execute(select(table).where(table.c.folded.in_(names)))
    reported = [Reported(_row(row), row.source, row.sha256, row.imported_at) for row in found]
    return sorted(reported, key=lambda one: one.row.period.start)


async def rows(conn: AsyncConnection) -> list[RecapRow]:
    """All that was published, unit by unit; `skm.recap.tables` has the figures of each period."""
    found = await conn.execute(select(table).order_by(table.c.unit, table.c.period))
    return [_row(row) for row in found]


Sourced = tuple[RecapRow, str]
"""A row, and the file that it came from."""


async def sourced(conn: AsyncConnection) -> list[Sourced]:
    """The same with where they came from."""
    found = await conn.execute(select(table).order_by(table.c.unit, table.c.period))
    return [(_row(row), row.source) for row in found]


async def of_each(conn: AsyncConnection, units: Iterable[Upp]) -> dict[str, tuple[Published, ...]]:
    """What was published about units, by code, the earliest period first."""
    called: dict[str, set[str]] = {}
    for unit in units:
        for name in (unit.name, unit.code):
            called.setdefault(folded(name), set()).add(unit.code)
    found: dict[str, list[Published]] = {}
    for row, source in await sourced(conn):
        for code in called.get(folded(row.unit), ()):
            found.setdefault(code, []).append(Published(row.period, row.ikm, source))
    return {code: tuple(sorted(each, key=_start)) for code, each in found.items()}


def _start(published: Published) -> date:
    return published.period.start


def _plain(row: RecapRow, recap: Recap, now: datetime) -> dict[str, object]:
    return {
        "unit": row.unit,
        "period": row.period,
        "folded": folded(row.unit),
        "parent": row.parent,
        **{name: str(row.nilai[unsur]) for name, unsur in zip(NILAI_COLUMNS, Unsur, strict=True)},
        "ikm": str(row.ikm),
        "mutu": row.mutu,
        "respondents": row.respondents,
        "prioritas": " ".join(row.prioritas),
        "realised": None if row.realised is None else str(row.realised),
        "source": recap.source,
        "sha256": recap.sha256,
        "imported_at": now,
    }


def _row(stored: Any) -> RecapRow:
    return RecapRow(
        unit=stored.unit,
        parent=stored.parent,
        period=stored.period,
        nilai={
            unsur: Decimal(getattr(stored, name))
            for name, unsur in zip(NILAI_COLUMNS, Unsur, strict=True)
        },
        ikm=Decimal(stored.ikm),
        mutu=stored.mutu and Mutu(stored.mutu),
        respondents=stored.respondents,
        prioritas=tuple(map(Unsur, stored.prioritas.split())),
        realised=None if stored.realised is None else Decimal(stored.realised),
    )
