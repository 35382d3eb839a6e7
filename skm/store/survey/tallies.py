"""Tallies read from the rollup, by instrument: of a unit, a subtree or the whole instansi.

Days are read in start ≤ day < end: whole months from the rows of months, the rest from those of
days. Instruments are ordered by their number of answers, so that the one
with most comes last: it gives the official figure.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.breakdown import Tallies
from skm.figures.ikm import Tally
from skm.instansi.period import Period, PeriodKind
from skm.store.schema.counts import SUMS
from skm.store.schema.counts import tally as table
from skm.store.schema.survey import upp
from skm.store.survey.sums import Sums, plus, tally_of
from skm.store.survey.upps import TreeById, below, tree_by_id, upward

Span = tuple[date, date]
"""The first day, and the first day after the last."""

_SUMS = [cast(func.sum(table.c[name]), BigInteger) for name in SUMS]


async def of(conn: AsyncConnection, upp_code: str | None, start: date, end: date) -> Tallies:
    """Returns the tallies of a unit's subtree, or (None) of all responses."""
    return (await by_period(conn, upp_code, [(start, end)]))[0]


async def by_period(
    conn: AsyncConnection, upp_code: str | None, spans: Sequence[Span]
) -> list[Tallies]:
    """Returns for each span what `of` returns, in at most two queries."""
    found = [_Totals() for _ in spans]
    pieces = [(at, *piece) for at, span in enumerate(spans) for piece in _pieces(*span)]
    for kind in {kind for _, kind, _ in pieces}:
        own = [(at, span) for at, k, span in pieces if k is kind]
        whole = min(s for _, (s, _) in own), max(e for _, (_, e) in own)
        for start, *row in await conn.execute(_summed(kind, whole, upp_code, table.c.start)):
            for at, (first, end) in own:
                if first <= start < end:
                    found[at].add(None, *row)
    return [totals.tallies().get(None, {}) for totals in found]


async def by_upp(conn: AsyncConnection, start: date, end: date) -> dict[str, Tallies]:
    """Returns unit code → tallies of its own responses; units without any are left out."""
    own = await _totals(conn, None, (start, end), table.c.upp_id)
    codes = {row.id: row.code for row in await conn.execute(select(upp.c.id, upp.c.code))}
    return {codes[unit]: tallies for unit, tallies in own.tallies().items()}


async def by_subtree(conn: AsyncConnection, start: date, end: date) -> dict[str, Tallies]:
    """Returns unit code → tallies of its subtree; a response counts once in each unit above it."""
    own = await _totals(conn, None, (start, end), table.c.upp_id)
    return _with_units_below(own, await tree_by_id(conn))


async def by_upp_and_subtree(
    conn: AsyncConnection, start: date, end: date
) -> tuple[dict[str, Tallies], dict[str, Tallies]]:
    """Returns what `by_upp` and what `by_subtree` return, from one reading."""
    own = await _totals(conn, None, (start, end), table.c.upp_id)
    tree = await tree_by_id(conn)
    by_code = {tree[unit][0]: tallies for unit, tallies in own.tallies().items()}
    return by_code, _with_units_below(own, tree)


async def by_layanan_of_each(
    conn: AsyncConnection, upp_code: str | None, start: date, end: date
) -> dict[str, dict[str, Tallies]]:
    """Returns unit code → layanan → tallies of its subtree, for the units of a subtree or (None)
    all units.
    """
    own = await _totals(conn, upp_code, (start, end), table.c.upp_id, table.c.layanan)
    tree, whole = await tree_by_id(conn), _Totals()
    for (unit, layanan), instrument, last, sums in own.rows():
        for code in upward(tree, unit):
            whole.add((code, layanan), instrument, last, *sums)
    found: defaultdict[str, dict[str, Tallies]] = defaultdict(dict)
    for (code, layanan), tallies in whole.tallies().items():
        found[code][layanan] = tallies
    return dict(found)


async def people(
    conn: AsyncConnection, start: date, end: date, codes: Collection[str] | None = None
) -> dict[str, dict[str, int]]:
    """Returns unit code → instrument → number of its own responses; none where there are none.

    `codes`: only these units; None: all.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
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
            found[code][version] += int(n)
    counted = {code: {v: n for v, n in each.items() if n} for code, each in found.items()}
    return {code: each for code, each in counted.items() if each}


class _Totals:
    """(group, instrument) → the last day with an answer, and the sums."""

    def __init__(self) -> None:
        self._totals: dict[tuple[Any, str], tuple[date, Sums]] = {}

    def add(self, group: Any, instrument: str, last: date, *sums: int) -> None:
        before = self._totals.get((group, instrument))
        if before:
            last, sums = max(before[0], last), plus(before[1], sums)
        self._totals[group, instrument] = last, sums

    def rows(self) -> Iterator[tuple[Any, str, date, Sums]]:
        for (group, instrument), (last, sums) in self._totals.items():
            yield group, instrument, last, sums

    def tallies(self) -> dict[Any, Tallies]:
        found: defaultdict[Any, dict[str, Tally]] = defaultdict(dict)
        for group, instrument, _, sums in sorted(self.rows(), key=_weight):
            if sums[0]:
                found[group][instrument] = tally_of(sums)
        return dict(found)


def _with_units_below(own: _Totals, tree: TreeById) -> dict[str, Tallies]:
    whole = _Totals()
    for unit, instrument, last, sums in own.rows():
        for code in upward(tree, unit):
            whole.add(code, instrument, last, *sums)
    return whole.tallies()


def _weight(row: tuple[Any, str, date, Sums]) -> tuple[int, date, str]:
    """The order of instruments: by responses, then by the day of the last, then by name."""
    _, instrument, last, sums = row
    return sums[0], last, instrument


async def _totals(conn: AsyncConnection, upp_code: str | None, span: Span, *by: Any) -> _Totals:
    found = _Totals()
    for kind, piece in _pieces(*span):
        for row in await conn.execute(_summed(kind, piece, upp_code, *by)):
            group = row[0] if len(by) == 1 else tuple(row[: len(by)])
            found.add(group, *row[len(by) :])
    return found


def _pieces(start: date, end: date) -> Iterable[tuple[PeriodKind, Span]]:
    """Divides a span into whole months and the days around them."""
    first, last = Period.of(PeriodKind.MONTH, start), Period.of(PeriodKind.MONTH, end)
    months = (first.start if first.start == start else first.end), last.start
    if months[0] >= months[1]:
        pieces = [(PeriodKind.DAY, (start, end))]
    else:
        before, after = (start, months[0]), (months[1], end)
        pieces = [(PeriodKind.DAY, before), (PeriodKind.MONTH, months), (PeriodKind.DAY, after)]
    return [(kind, span) for kind, span in pieces if span[0] < span[1]]


def _summed(kind: PeriodKind, span: Span, upp_code: str | None, *by: Any) -> Select[Any]:
    units = below(upp_code) if upp_code else select(upp.c.id)  # makes the primary key usable
    return (
        select(*by, table.c.instrument, func.max(table.c.last), *_SUMS)
        .where(table.c.upp_id.in_(units), table.c.kind == kind)
        .where(table.c.start >= span[0], table.c.start < span[1])
        .group_by(*by, table.c.instrument)
    )
