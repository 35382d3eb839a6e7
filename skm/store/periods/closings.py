"""Closed periods: their frozen figures, and whether they are still what was closed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.archive import Archive
from skm.closing.frozen import (
    ClosingError,
    ClosingRefusal,
    FrozenUnit,
    Head,
    canonical,
    check_can_close,
    exact,
    head_content,
    sha256_of,
)
from skm.closing.verification import Difference, Mismatch, Verification, adds_up
from skm.figures.breakdown import Tallies
from skm.figures.ikm import Tally
from skm.instansi.period import Period
from skm.store.database.batches import insert_all
from skm.store.figures import closed
from skm.store.figures.closed import listed, of, unit, units
from skm.store.periods import archives, submissions
from skm.store.schema.periods import closed_unit
from skm.store.schema.periods import closing as table
from skm.store.schema.periods import seal as seal_table
from skm.store.schema.survey import response, upp
from skm.store.survey import seals, tallies, upps
from skm.store.survey.answers import tally_of

__all__ = ["check", "close", "listed", "of", "unit", "units", "verify"]


async def close(
    conn: AsyncConnection,
    period: Period,
    today: date,
    now: datetime,
    by: int | None,
    asked: archives.Questionnaires = MappingProxyType({}),
    flagged: int = 0,
    remark: str = "",
) -> Head:
    """Freeze a period. `by`: the official, None for the command line. `asked`: the wording of the
    questionnaire in force, for documents. `flagged`, `remark`: as in Head. Reports that were not
    handed in are recorded as not reported. Raises ClosingError.
    """
    gabungan = await check(conn, period, today)
    were = await _units_now(conn, period)
    whole, each = await archives.now(conn, period, asked)
    content, archive = head_content(period, now, gabungan, were), canonical(whole.plain())
    rows: list[dict[str, Any]] = [
        {
            "period": period,
            "code": unit.code,
            "content": unit.content(period),
            "archive": canonical(each[unit.code].plain()),
        }
        for unit in sorted(were, key=lambda unit: unit.code)
    ]
    head = {
        "period": period,
        "closed_at": now,
        "official_id": by,
        "content": content,
        "flagged": flagged,
        "remark": remark,
    }
    await conn.execute(insert(table).values(**head, archive=archive, sha256=""))
    sealed = await seals.put(conn, period)
    contents = [content, *(row["content"] for row in rows)]
    sha256 = sha256_of(contents, [archive, *(row["archive"] for row in rows)], sealed)
    await conn.execute(table.update().where(table.c.period == period).values(sha256=sha256))
    await insert_all(conn, closed_unit, rows)
    await submissions.lapse(conn, period, by, now)
    return Head(period, now, by, content, sha256, flagged, remark)


async def check(conn: AsyncConnection, period: Period, today: date) -> Tallies:
    """The pooled tallies of a period that can be closed. Raises ClosingError if it cannot be."""
    check_can_close(period, today)
    if await of(conn, period):
        raise ClosingError(period, ClosingRefusal.CLOSED)
    gabungan = await tallies.of(conn, None, period.start, period.end)
    if not gabungan:
        raise ClosingError(period, ClosingRefusal.EMPTY)
    return gabungan


async def _units_now(conn: AsyncConnection, period: Period) -> list[FrozenUnit]:
    own = await tallies.by_upp(conn, period.start, period.end)
    whole = await tallies.by_subtree(conn, period.start, period.end)
    before = await _counted_before(conn, period)
    return [
        FrozenUnit(
            unit.code, unit.name, unit.parent, unit.population,
            own.get(unit.code, {}), whole.get(unit.code, {}),
            before.get(unit.code, {}),
        )
        for unit in await upps.listed(conn)
    ]  # fmt: skip


async def _counted_before(
    conn: AsyncConnection, period: Period
) -> dict[str, dict[str, dict[str, int]]]:
    """Unit code → what FrozenUnit.counted_before holds."""
    known = [head.period for head in await listed(conn)]
    nested = [one for one in known if one.is_part_of(period) or period.is_part_of(one)]
    found: dict[str, dict[str, dict[str, int]]] = {}
    for code, version, earlier, n in await seals.counted_before(conn, period, nested):
        if earlier:
            found.setdefault(code, {}).setdefault(version, {})[" ".join(map(str, earlier))] = n
    return found


# --- whether it still is -------------------------------------------------------------------------


async def verify(conn: AsyncConnection, period: Period) -> Verification:
    """Compute everything anew and compare. Raises ClosingError for a period that is not closed."""
    head = await of(conn, period)
    if head is None:
        raise ClosingError(period, ClosingRefusal.NOT_CLOSED)
    contents = await closed.contents(conn, period)
    kept = await closed.archive_contents(conn, period)
    all_seals = [
        (code, digest, receipt)
        for code, digest, receipt in await conn.execute(
            select(seal_table.c.code, seal_table.c.digest, seal_table.c.response_id).where(
                seal_table.c.period == period
            )
        )
    ]
    withdrawn = Counter(code for code, _, receipt in all_seals if receipt is None)
    lines = [head.content, *(each for _, each in contents)]
    sha256 = sha256_of(
        lines, [*await _of_instansi(conn, period), *(k for _, k in kept)], [s[1] for s in all_seals]
    )
    found = [Difference(Mismatch.SHA256)] if sha256 != head.sha256 else []
    found += _figures(head, contents)
    found += _archives(contents, dict(kept))
    found += await _responses(conn, period, contents, withdrawn)
    late = await seals.late(conn, period)
    return Verification(head, len(all_seals), withdrawn.total(), late, tuple(found))


def _figures(head: Head, contents: Sequence[tuple[str, str]]) -> Iterator[Difference]:
    """Whether what is printed follows from the frozen tallies."""
    try:
        found = [FrozenUnit.parse(content) for _, content in contents]
        again = head_content(head.period, head.closed_at, head.gabungan, found)
    except (ValueError, KeyError, TypeError):  # no longer readable
        yield Difference(Mismatch.FIGURES)
        return
    if exact(again) != exact(head.content):
        yield Difference(Mismatch.FIGURES)
    for was, (code, content) in zip(found, contents, strict=True):
        if exact(was.content(head.period)) != exact(content):
            yield Difference(Mismatch.FIGURES, code)


async def _of_instansi(conn: AsyncConnection, period: Period) -> list[str]:
    """The archive of the whole; none in the first closings."""
    found = await conn.scalar(select(table.c.archive).where(table.c.period == period))
    return [found] if found else []


def _archives(contents: Sequence[tuple[str, str]], kept: dict[str, str]) -> Iterator[Difference]:
    """Whether what documents print are parts of what was counted."""
    for code, content in contents:
        if code not in kept:
            continue
        try:
            broken = Archive.parse(kept[code]).breakdown
            fits = broken.adds_up_to(FrozenUnit.parse(content).tallies)
        except (ValueError, KeyError, TypeError):  # no longer readable
            fits = False
        if not fits:
            yield Difference(Mismatch.ARCHIVE, code)


async def _responses(
    conn: AsyncConnection,
    period: Period,
    contents: Sequence[tuple[str, str]],
    withdrawn: Counter[str],
) -> list[Difference]:
    """Each sealed response against its seal, then all of them against the frozen tallies."""
    found: list[Difference] = []
    counted: Counter[tuple[str, str, str]] = Counter()
    query = (
        select(seal_table.c.response_id, seal_table.c.digest, seal_table.c.salt, *seals.COUNTED)
        .select_from(
            seal_table.outerjoin(response, seal_table.c.response_id == response.c.id).outerjoin(
                upp, response.c.upp_id == upp.c.id
            )
        )
        .where(seal_table.c.period == period, seal_table.c.response_id.is_not(None))
        .order_by(seal_table.c.response_id)
    )
    for receipt, digest, salt, *row in await conn.execute(query):
        if row[0] is None:
            found.append(Difference(Mismatch.DELETED, receipt))
            continue
        if seals.seal_of(salt, row) != digest:
            found.append(Difference(Mismatch.CHANGED, receipt))
            continue
        _, code, _, _, instrument, answers = row
        counted[code, instrument, answers] += 1
    return found + list(_counts(contents, _added_up(counted), withdrawn))


def _counts(
    contents: Sequence[tuple[str, str]],
    recounted: dict[str, dict[str, Tally]],
    withdrawn: Counter[str],
) -> Iterator[Difference]:
    for code, content in contents:
        try:
            own = FrozenUnit.parse(content).own
        except (ValueError, KeyError, TypeError):
            continue  # said already
        if not adds_up(own, recounted.get(code, {}), withdrawn[code]):
            yield Difference(Mismatch.COUNT, code)


def _added_up(counted: Counter[tuple[str, str, str]]) -> dict[str, dict[str, Tally]]:
    """By unit and instrument. People's answers repeat, so each is added up once."""
    found: dict[str, dict[str, Tally]] = {}
    for (code, instrument, encoded), many in counted.items():
        each = tally_of(encoded) * many
        whole = found.setdefault(code, {})
        whole[instrument] = whole.get(instrument, Tally.empty()) + each
    return found
