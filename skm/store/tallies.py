"""Reading the rollup: tallies by instrument of a unit, a subtree or the whole instansi.

Days are read in start ≤ day < end: whole months from the months' rows, the rest from the days'.
Instruments come in the order in which they were last answered, so the one in force comes last.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from operator import add
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.ikm import Tally
from skm.period import Kind, Period
from skm.store.schema import upp
from skm.store.schema_counts import SUMS
from skm.store.schema_counts import tally as table
from skm.store.upps import below
from skm.unsur import Unsur

Tallies = dict[str, Tally]  # by instrument
Span = tuple[date, date]

_UNSUR = tuple(Unsur)
_SUMS = [cast(func.sum(table.c[name]), BigInteger) for name in SUMS]


async def of(conn: AsyncConnection, upp_code: str, start: date, end: date) -> Tallies:
    """The whole subtree of a unit."""
    return (await by_period(conn, upp_code, [(start, end)]))[0]


async def of_city(conn: AsyncConnection, start: date, end: date) -> Tallies:
    """All responses pooled."""
    return (await by_period(conn, None, [(start, end)]))[0]


async def by_period(
    conn: AsyncConnection, upp_code: str | None, spans: Sequence[Span]
) -> list[Tallies]:
    """For each span the tallies of a subtree; None is the whole instansi."""
    found = [_Sums() for _ in spans]
    pieces = [(at, *piece) for at, span in enumerate(spans) for piece in _pieces(*span)]
    for kind in {kind for _, kind, _ in pieces}:
        own = [(at, span) for at, k, span in pieces if k is kind]
        whole = min(s for _, (s, _) in own), max(e for _, (_, e) in own)
        for start, *row in await conn.execute(_summed(kind, whole, upp_code, table.c.start)):
            for at, (first, end) in own:
                if first <= start < end:
                    found[at].add(None, *row)
    return [sums.tallies().get(None, {}) for sums in found]


async def by_layanan(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date
) -> dict[str, Tallies]:
    """By layanan, for the subtree."""
    return (await _by(conn, upp_code, (start, end), table.c.layanan)).tallies()


async def by_layanan_of_each(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date
) -> dict[str, dict[str, Tallies]]:
    """By unit code with everything below it, by layanan; of a subtree, or of all units."""
    own = _Sums()
    for kind, piece in _pieces(start, end):
        query = _summed(kind, piece, upp_code, table.c.upp_id, table.c.layanan)
        for unit, layanan, *row in await conn.execute(query):
            own.add((unit, layanan), *row)
    units, summed = await _tree(conn), _Sums()
    for ((unit, layanan), instrument), (last, sums) in own.items():
        for code in _upward(units, unit):
            summed.add((code, layanan), instrument, last, *sums)
    found: dict[str, dict[str, Tallies]] = {}
    for (code, layanan), tallies in summed.tallies().items():
        found.setdefault(code, {})[layanan] = tallies
    return found


async def by_upp(conn: AsyncConnection, start: date, end: date) -> dict[str, Tallies]:
    """By unit code, its own responses only; units without any are left out."""
    own = await _by(conn, None, (start, end), table.c.upp_id)
    codes = {row.id: row.code for row in await conn.execute(select(upp.c.id, upp.c.code))}
    return {codes[unit]: tallies for unit, tallies in own.tallies().items()}


async def people(
    conn: AsyncConnection, start: date, end: date, codes: Collection[str] | None = None
) -> dict[str, dict[str, int]]:
    """By unit code, how many answered which instrument there; units without any are left out.

    `codes`: of these units; None: of all.
    """
    found: dict[str, Counter[str]] = {}
    units = select(upp.c.id) if codes is None else select(upp.c.id).where(upp.c.code.in_(codes))
    for kind, (first, last) in _pieces(start, end):
        query = (
            select(upp.c.code, table.c.instrument, func.sum(table.c.n))
            .select_from(table.join(upp))
            .where(table.c.upp_id.in_(units), table.c.kind == kind)
            .where(table.c.start >= first, table.c.start < last)
            .group_by(upp.c.code, table.c.instrument)
        )
        for code, version, n in await conn.execute(query):
            found.setdefault(code, Counter())[version] += int(n)
    counted = {code: {v: n for v, n in each.items() if n} for code, each in found.items()}
    return {code: each for code, each in counted.items() if each}


async def by_subtree(conn: AsyncConnection, start: date, end: date) -> dict[str, Tallies]:
    """By unit code with everything below it: each response counts once in each unit above it."""
    own = await _by(conn, None, (start, end), table.c.upp_id)
    units, summed = await _tree(conn), _Sums()
    for (unit, instrument), (last, sums) in own.items():
        for code in _upward(units, unit):
            summed.add(code, instrument, last, *sums)
    return summed.tallies()


Tree = dict[int, tuple[str, int | None]]
"""By id, a unit's code and the id of the one above it."""


async def _tree(conn: AsyncConnection) -> Tree:
    tree = await conn.execute(select(upp.c.id, upp.c.code, upp.c.parent_id))
    return {unit: (code, parent) for unit, code, parent in tree}


def _upward(units: Tree, unit: int) -> Iterable[str]:
    """The code of a unit and of all above it."""
    at: int | None = unit
    while at:
        code, at = units[at]
        yield code


class _Sums(dict[tuple[Any, str], tuple[date, tuple[int, ...]]]):
    """(what it was grouped by, instrument) → its last day and its sums, in the order of SUMS."""

    def add(self, by: Any, instrument: str, last: date, *sums: int) -> None:
        held = self.get((by, instrument))
        if held is None:
            self[by, instrument] = last, sums
        else:
            self[by, instrument] = max(held[0], last), tuple(map(add, held[1], sums))

    def tallies(self) -> dict[Any, Tallies]:
        found: dict[Any, Tallies] = {}
        for (by, instrument), (_, sums) in sorted(self.items(), key=_last_answered):
            if sums[0]:
                found.setdefault(by, {})[instrument] = _tally(sums)
        return found


async def _by(conn: AsyncConnection, upp_code: str | None, span: Span, by: Any) -> _Sums:
    found = _Sums()
    for kind, piece in _pieces(*span):
        for row in await conn.execute(_summed(kind, piece, upp_code, by)):
            found.add(*row)
    return found


def _pieces(start: date, end: date) -> Iterable[tuple[Kind, Span]]:
    """A span as whole months and the days around them."""
    first, last = Period.of(Kind.MONTH, start), Period.of(Kind.MONTH, end)
    months = (first.start if first.start == start else first.end), last.start
    if months[0] >= months[1]:
        pieces = [(Kind.DAY, (start, end))]
    else:
        before, after = (start, months[0]), (months[1], end)
        pieces = [(Kind.DAY, before), (Kind.MONTH, months), (Kind.DAY, after)]
    return [(kind, span) for kind, span in pieces if span[0] < span[1]]


def _summed(kind: Kind, span: Span, upp_code: str | None, *by: Any) -> Select[Any]:
    units = below(upp_code) if upp_code else select(upp.c.id)  # unit by unit along the key
    return (
        select(*by, table.c.instrument, func.max(table.c.last), *_SUMS)
        .where(table.c.upp_id.in_(units), table.c.kind == kind)
        .where(table.c.start >= span[0], table.c.start < span[1])
        .group_by(*by, table.c.instrument)
    )


def _last_answered(item: tuple[tuple[Any, str], tuple[date, tuple[int, ...]]]) -> tuple[date, str]:
    (_, instrument), (last, _) = item
    return last, instrument


def _tally(sums: Sequence[int]) -> Tally:
    n, total, total_sq, *counts = sums
    quads = zip(*[iter(counts)] * 4, strict=True)
    return Tally(n, dict(zip(_UNSUR, quads, strict=True)), total, total_sq)
