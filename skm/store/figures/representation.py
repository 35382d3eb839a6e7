"""Reads how far those who answered stand for those who were served."""

import json
from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.breakdown import ShownBreakdown
from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.quality.representation import Representation, weighted_to
from skm.store.figures import closed
from skm.store.schema.survey import response
from skm.store.survey import answers, seals, upps, users


async def of(
    conn: AsyncConnection, report: Report, shown: ShownBreakdown | None = None
) -> Representation:
    """Of a unit with everything below it. `shown`: its breakdown, without which nothing is
    weighted: a field is only where every group of it may be shown.

    Weighted are the responses that the report counts; none where some of them are gone since the
    period was closed.
    """
    known = await users.of(conn, report.upp, report.period)
    if not report.is_shown:
        return Representation()
    fields = [
        name
        for name in known.profile
        if shown
        and name in shown.profile
        and all(isinstance(n, int) for n in shown.profile[name].values())
    ]
    if not fields:
        return Representation(known.total, profile=known.profile)
    answered = await _answered(conn, report, fields)
    weighted = {name: weighted_to(known.profile[name], answered[name]) for name in fields}
    found = {name: ikm for name, ikm in weighted.items() if ikm is not None}
    return Representation(known.total, found, known.profile)


async def _answered(
    conn: AsyncConnection, report: Report, fields: list[str]
) -> dict[str, dict[str, Tally]]:
    """Field → option → tally, of the report's instrument; nothing where responses are missing."""
    period, found = report.period, {name: defaultdict[str, Tally](Tally.empty) for name in fields}
    query = (
        select(response.c.profile, response.c.answers, func.count())
        .where(response.c.day >= period.start, response.c.day < period.end)
        .where(
            response.c.instrument == report.instrument, upps.within(response.c.upp_id, report.upp)
        )
        .group_by(response.c.profile, response.c.answers)
    )
    if await closed.of(conn, period):
        query = query.where(response.c.id.in_(seals.counted(period)))
    n = 0
    for profile, given, many in await conn.execute(query):
        n += many
        own = json.loads(profile)
        for name in fields:
            if option := own.get(name):
                found[name][option] += answers.tally_of(given) * many
    return {name: dict(each) if n == report.tally.n else {} for name, each in found.items()}
