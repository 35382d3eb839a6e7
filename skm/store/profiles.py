"""Profiles that were purged from the responses: how many chose what, by unit and month."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.period import Kind, Period
from skm.store.schema import upp
from skm.store.schema_counts import profile_tally as table
from skm.store.upps import below

Profiles = dict[tuple[str, str], int]
"""(field, option) → how many; who skipped a field is in none of its options."""


def _upsert(insert: Any) -> Any:
    new = insert(table)
    return new.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={"n": table.c.n + new.excluded.n}
    )


_ADD = {"sqlite": _upsert(insert_sqlite), "postgresql": _upsert(insert_postgresql)}


async def keep(conn: AsyncConnection, upp_id: int, month: date, profiles: Iterable[str]) -> None:
    """Add up profiles (JSON: field → option) of a unit and month, which then may go."""
    rows = [
        {"upp_id": upp_id, "month": month, "field": field, "option": option, "n": n}
        for (field, option), n in sorted(_counted(profiles).items())
    ]
    if rows:
        await conn.execute(_ADD[conn.dialect.name], rows)


def kept(period: Period, code: str | None) -> Select[Any]:
    """Unit code, field, option and how many, of a subtree (None: of all).

    Whole months count; of a shorter period nothing is left.
    """
    query = (
        select(upp.c.code, table.c.field, table.c.option, func.sum(table.c.n))
        .select_from(table.join(upp))
        .where(table.c.month >= period.start)
        .where(table.c.month < Period.of(Kind.MONTH, period.end).start)
        .group_by(upp.c.code, table.c.field, table.c.option)
    )
    return query.where(table.c.upp_id.in_(below(code))) if code else query


def _counted(profiles: Iterable[str]) -> Profiles:
    found: Profiles = Counter()
    for profile in profiles:
        said: Mapping[str, str | None] = json.loads(profile)
        for field, option in said.items():
            if option is not None:
                found[field, option] += 1
    return found
