"""Responses and the rollup: whatever is stored, corrected or taken back, the figures follow."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.ikm import Tally, ikm
from skm.response import Response
from skm.store import collectors, responses, rollup, tallies, upps
from skm.store.database import Database
from skm.store.migrate import migrate
from skm.upp import Collector, Upp
from tests.skm.test_instrument import SKM9

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DAY = date(2026, 11, 23)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
TREE = [Upp("KOTA", "Kota"), Upp("DINKES", "Dinas", "KOTA"), Upp("PAJANG", "Puskesmas", "DINKES")]


def given_by(id: str, nilai: int, upp: str = "PAJANG", who: str | None = None) -> Response:
    answers = {item.id: nilai for item in SKM9.items}
    return Response(id, upp, "", None, SKM9.version, answers, NOW, respondent=who)


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(lambda conn: upps.put(conn, TREE))
    return db


async def tally(db: Database, upp: str = "KOTA") -> Tally:
    found = await db.read(lambda conn: tallies.of(conn, upp, *YEAR))
    return found.get(SKM9.version, Tally.empty())


async def test_a_parent_holds_its_own_responses_and_its_childrens_once(city: Database) -> None:
    for id, upp in (("A", "PAJANG"), ("B", "DINKES"), ("C", "PAJANG")):
        await city.write(partial(put, given_by(id, 3, upp)))
    counted = {upp: (await tally(city, upp)).n for upp in ("KOTA", "DINKES", "PAJANG")}
    assert counted == {"KOTA": 3, "DINKES": 3, "PAJANG": 2}
    own = await city.read(lambda conn: tallies.by_upp(conn, *YEAR))
    assert {code: found[SKM9.version].n for code, found in own.items()} == {
        "DINKES": 1,
        "PAJANG": 2,
    }


async def put(response: Response, conn: AsyncConnection, day: date = DAY) -> None:
    await responses.put(conn, response, SKM9, day)


async def test_a_correction_changes_the_figures_and_not_their_number(city: Database) -> None:
    await city.write(partial(put, given_by("A", 2)))
    await city.write(partial(put, given_by("A", 4)))
    found = await tally(city)
    assert (found.n, str(ikm(found))) == (1, "100.00")


async def test_forgetting_a_person_takes_their_answers_out_of_the_figures(city: Database) -> None:
    await city.write(partial(put, given_by("A", 2, who="siti")))
    await city.write(partial(put, given_by("B", 4, who="budi")))
    assert await city.write(lambda conn: responses.forget(conn, "siti")) == 1
    assert str(ikm(await tally(city))) == "100.00"
    assert await city.read(lambda conn: responses.by_id(conn, "A")) is None


async def test_many_at_once_are_stored_once_however_often_they_come(city: Database) -> None:
    rows = [(given_by(f"R{n}", 1 + n % 4), DAY) for n in range(6000)]
    first = await city.write(lambda conn: responses.insert_many(conn, rows, SKM9))
    again = await city.write(lambda conn: responses.insert_many(conn, rows, SKM9))
    assert (first, again, (await tally(city)).n) == (6000, 0, 6000)
    assert await city.read(rollup.check) == 0


async def test_a_comment_comes_back_with_its_day_and_newest_first(city: Database) -> None:
    for n in range(3):
        said = Response(
            f"S{n}", "PAJANG", "", None, SKM9.version, {i.id: 3 for i in SKM9.items},
            NOW + timedelta(hours=n), saran=f"saran {n}",
        )  # fmt: skip
        await city.write(partial(put, said))
    found = await city.read(lambda conn: responses.comments(conn, "DINKES", *YEAR, 2))
    assert [saran.text for saran in found] == ["saran 2", "saran 1"]
    assert found[0].day == DAY


async def test_a_period_is_read_the_same_from_days_and_from_months(city: Database) -> None:
    for n in range(40):
        day = date(2026, 9, 20) + timedelta(days=n)
        await city.write(partial(put, given_by(f"D{n}", 1 + n % 4), day=day))
    for start, end in (
        (date(2026, 10, 1), date(2026, 11, 1)),
        (date(2026, 9, 25), date(2026, 10, 12)),
        (date(2026, 9, 1), date(2027, 1, 1)),
    ):
        counted = await city.read(partial(tallies.of, upp_code="KOTA", start=start, end=end))
        found = counted.values()
        assert sum(one.n for one in found) == sum(
            start <= date(2026, 9, 20) + timedelta(days=n) < end for n in range(40)
        )


async def test_a_collector_of_an_unknown_unit_is_refused(city: Database) -> None:
    with pytest.raises(SkmError, match="no unit NONE"):
        await city.write(lambda conn: collectors.add(conn, Collector("XX99", "NONE"), NOW))


STEP = st.tuples(
    st.sampled_from(["put", "forget"]), st.integers(0, 5), st.integers(1, 4), st.integers(0, 80)
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=15))
async def test_the_rollup_always_equals_the_recount(
    steps: list[tuple[str, int, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('rollup') / Path('skm.db')}"
    migrate(url)
    async with Database.open(url) as db:
        await db.write(lambda conn: upps.put(conn, TREE))
        for what, person, nilai, days in steps:
            who = f"p{person}"
            if what == "put":
                day = DAY + timedelta(days=days)
                await db.write(partial(put, given_by(f"R{person}", nilai, who=who), day=day))
            else:
                await db.write(partial(responses.forget, respondent=who))
        assert await db.read(rollup.check) == 0
