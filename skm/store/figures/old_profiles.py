"""Profiles that were purged from the responses: how many chose what, by unit and month."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period, PeriodKind
from skm.store.database.upsert import insert_or_add
from skm.store.schema.counts import profile_tally as table
from skm.store.schema.survey import upp
from skm.store.survey.upps import within

Profiles = dict[tuple[str, str], int]
"""(field, option) → how many; who skipped a field is in none of its options."""


async def keep(conn: AsyncConnection, upp_id: int, month: date, profiles: Iterable[str]) -> None:
    """Add up profiles (JSON: field → option) of a unit and month, which then may go."""
    rows = [
        {"upp_id": upp_id, "month": month, "field": field, "option": option, "n": n}
        for (field, option), n in sorted(_counted(profiles).items())
    ]
    if rows:
        await conn.execute(insert_or_add(conn, table, ["n"]), rows)


def kept(period: Period, code: str | None) -> Select[Any]:
    """Unit code, field, option and how many, of a subtree (None: of all).

    Whole months count; of a shorter period nothing is left.
    """
    return (
        select(upp.c.code, table.c.field, table.c.option, func.sum(table.c.n))
        .select_from(table.join(upp))
        .where(within(table.c.upp_id, code), table.c.month >= period.start)
        .where(table.c.month < Period.of(PeriodKind.MONTH, period.end).start)
        .group_by(upp.c.code, table.c.field, table.c.option)
    )


def _counted(profiles: Iterable[str]) -> Profiles:
    found: Profiles = Counter()
    for profile in profiles:
        said: Mapping[str, str | None] = json.loads(profile)
        for field, option in said.items():
            if option is not None:
                found[field, option] += 1
    return found
