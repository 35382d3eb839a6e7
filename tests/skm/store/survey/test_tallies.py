"""Figures of a unit, a subtree, a layanan or a span are the sum of exactly its responses."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skm.figures.ikm import Tally
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.survey import responses, tallies, upps
from tests.conftest import Fresh
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, TREE, YEAR, call, given_by

pytestmark = pytest.mark.by_year

VERSION = SKM9.version
FIRST = date(2026, 8, 20)
DAYS = 140  # past three whole months, over a new year's day


def tally_of(*nilai: int) -> Tally:
    each = ({item.id: value for item in SKM9.items} for value in nilai)
    ones = (Tally.of_response(SKM9.by_unsur(answers)) for answers in each)
    return reduce(Tally.__add__, ones, Tally.empty())


async def put(db: Database, id: str, nilai: int, upp: str, day: date = DAY, **more: str) -> None:
    await db.write(call(responses.put, given_by(id, nilai, upp, **more), SKM9, day))


async def test_a_parent_holds_its_own_responses_and_its_childrens_once(city: Database) -> None:
    await city.write(call(upps.put, [Upp("BPN", "Pertanahan")]))
    for id, nilai, upp in (
        ("A", 3, "PAJANG"),
        ("B", 2, "DINKES"),
        ("C", 4, "PAJANG"),
        ("D", 1, "BPN"),
    ):
        await put(city, id, nilai, upp)
    for upp, own in (("PAJANG", [3, 4]), ("DINKES", [3, 2, 4]), ("KOTA", [3, 2, 4]), ("BPN", [1])):
        assert await city.read(call(tallies.of, upp, *YEAR)) == {VERSION: tally_of(*own)}
    assert await city.read(call(tallies.of, None, *YEAR)) == {VERSION: tally_of(3, 2, 4, 1)}
    assert await city.read(call(tallies.by_upp, *YEAR)) == {
        "PAJANG": {VERSION: tally_of(3, 4)},
        "DINKES": {VERSION: tally_of(2)},
        "BPN": {VERSION: tally_of(1)},
    }
    assert await city.read(call(tallies.by_subtree, *YEAR)) == {
        "PAJANG": {VERSION: tally_of(3, 4)},
        "DINKES": {VERSION: tally_of(3, 2, 4)},
        "KOTA": {VERSION: tally_of(3, 2, 4)},
        "BPN": {VERSION: tally_of(1)},
    }


@pytest.mark.parametrize("upp", ["PAJANG", "KOTA", None])
async def test_layanan_are_told_apart(city: Database, upp: str | None) -> None:
    await put(city, "A", 4, "PAJANG", layanan="Pendaftaran")
    await put(city, "B", 1, "PAJANG", layanan="Apotek")
    await put(city, "C", 2, "PAJANG", layanan="Apotek")
    each = await city.read(call(tallies.by_layanan_of_each, upp, *YEAR))
    assert each[upp or "KOTA"] == {
        "Pendaftaran": {VERSION: tally_of(4)},
        "Apotek": {VERSION: tally_of(1, 2)},
    }


async def test_nothing_counts_for_nothing(city: Database) -> None:
    assert await city.read(call(tallies.of, "KOTA", *YEAR)) == {}
    assert await city.read(call(tallies.of, "NONE", *YEAR)) == {}
    assert await city.read(call(tallies.of, None, DAY, DAY)) == {}
    assert await city.read(call(tallies.by_subtree, *YEAR)) == {}
    assert await city.read(call(tallies.by_period, "KOTA", [])) == []


async def test_the_instrument_that_most_answered_comes_last_and_of_equal_ones_the_latest(
    city: Database,
) -> None:
    for n, version in enumerate(["b", "b", "c", "a"]):
        said = replace(given_by(f"R{n}", 3), instrument=version)
        await city.write(call(responses.put, said, SKM9, date(2026, 11, 1 + n)))
    assert list(await city.read(call(tallies.of, "KOTA", *YEAR))) == ["c", "a", "b"]
    by_upp = await city.read(call(tallies.by_upp, *YEAR))
    assert list(by_upp["PAJANG"]) == ["c", "a", "b"]


async def test_spans_may_overlap_touch_or_lie_apart(city: Database) -> None:
    for n in range(1, 31):
        await put(city, f"R{n}", 3, "PAJANG", date(2026, 11, n))
    spans = [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 11, 3), date(2026, 11, 10)),
        (date(2026, 11, 5), date(2026, 11, 7)),
        (date(2026, 11, 10), date(2026, 11, 17)),
        (date(2026, 10, 1), date(2026, 11, 2)),
        (date(2027, 1, 1), date(2027, 2, 1)),
    ]
    for upp in ("KOTA", None):
        counted = await city.read(call(tallies.by_period, upp, spans))
        assert [sum(one.n for one in found.values()) for found in counted] == [30, 7, 2, 7, 1, 0]


@pytest.fixture(scope="module")
def filled(fresh: Fresh) -> Iterator[str]:
    """One response every day, so that the number of days is the number of responses."""
    with fresh() as url:
        asyncio.run(_fill(url))
        yield url


async def _fill(url: str) -> None:
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    rows = [(given_by(f"R{n}", 3), day) for n, day in enumerate(days)]
    async with Database.open(url) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))


@pytest.mark.takes_long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends=st.tuples(st.integers(-40, DAYS + 40), st.integers(0, DAYS + 40)))
async def test_any_span_counts_its_days_however_it_lies_across_months(
    ends: tuple[int, int], filled: str
) -> None:
    start, end = (FIRST + timedelta(days=n) for n in (ends[0], ends[0] + ends[1]))
    expected = sum(0 <= n < DAYS for n in range(ends[0], ends[0] + ends[1]))
    async with Database.open(filled) as db:
        [found] = await db.read(call(tallies.by_period, "KOTA", [(start, end)]))
        by_upp = await db.read(call(tallies.by_upp, start, end))
    assert sum(one.n for one in found.values()) == expected
    assert sum(one.n for by in by_upp.values() for one in by.values()) == expected
