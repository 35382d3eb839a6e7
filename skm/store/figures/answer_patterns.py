"""The answers of one unit's period, grouped by what they say: what drivers are computed from.

The rollup has sums of each unsur, not of pairs. These are read from the responses of one unit when
they are asked for, so that not every response has to carry them.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.drivers import AnswerPattern, Drivers, drivers
from skm.figures.report import Report
from skm.privacy.small_groups import is_small, path_up
from skm.store.figures import closed
from skm.store.schema.periods import seal
from skm.store.schema.survey import response
from skm.store.survey import seals, upps
from skm.survey.unsur import Unsur


async def drivers_of(conn: AsyncConnection, report: Report) -> Drivers | None:
    """Of the report of a unit with everything below it; None where none may be shown."""
    if not report.is_shown or report.instrument is None:
        return None
    return drivers(report, await _patterns(conn, report))


async def _patterns(conn: AsyncConnection, report: Report) -> Sequence[AnswerPattern]:
    """Of a closed period those that were counted and not withdrawn since; none if few were, because
    these would follow from the frozen figures and the rest.
    """
    query = _given(report)
    if await closed.of(conn, report.period):
        codes = await _codes_then(conn, report)
        gone = await seals.withdrawn(conn, report.period)
        if is_small(sum(n for code, n in gone.items() if code in codes)):
            return ()
        counted = seals.counted(report.period).where(seal.c.code.in_(codes))
        query = query.where(response.c.id.in_(counted))
    else:
        query = query.where(upps.within(response.c.upp_id, report.upp))
    return [(nilai_of(given), many) for given, many in await conn.execute(query)]


async def _codes_then(conn: AsyncConnection, report: Report) -> set[str]:
    """The unit and those below it when the period was closed."""
    parent = {was.code: was.parent for was in await closed.units(conn, report.period)}
    return {code for code in parent if report.upp in path_up(parent, code)}


def _given(report: Report) -> Select[Any]:
    period = report.period
    return (
        select(response.c.answers, func.count())
        .where(
            response.c.day >= period.start,
            response.c.day < period.end,
            response.c.instrument == report.instrument,
        )
        .group_by(response.c.answers)
        .order_by(response.c.answers)
    )


@lru_cache(16384)  # many respondents give the same answers
def nilai_of(given: str) -> dict[Unsur, Fraction]:
    """The nilai of each unsur in the stored form of a response's answers, the mean of its items."""
    return {
        Unsur(unsur): Fraction(sum(items.values()), len(items))
        for unsur, items in json.loads(given).items()
    }
