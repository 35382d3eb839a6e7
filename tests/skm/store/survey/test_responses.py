"""Whatever is stored, corrected or taken back, the figures follow in the same moment."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.figures.ikm import Tally, ikm
from skm.instansi.collector import Mode
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.survey import collectors, responses, rollup, tallies, upps
from skm.survey.instrument import Instrument
from skm.survey.response import Response
from tests.conftest import Fresh
from tests.skm.survey.test_instrument import SKM9
from tests.tools.examples import examples
from tests.tools.store_city import DAY, LOKET, NOW, TREE, YEAR, call, given_by

pytestmark = pytest.mark.by_year

HOUR = timedelta(hours=1)
SIXTEEN = Instrument.parse(
    'name = "enambelas"\nversion = "enambelas-1"\n'
    + "".join(
        f'[[items]]\nid = "Q{n}"\nunsur = "U{u}"\n'
        for n, u in enumerate([1, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 9], 1)
    )
)


async def put(db: Database, response: Response, day: date = DAY) -> None:
    await db.write(call(responses.put, response, SKM9, day))


async def tally(db: Database, upp: str = "KOTA") -> Tally:
    found: dict[str, Tally] = await db.read(call(tallies.of, upp, *YEAR))
    return found.get(SKM9.version, Tally.empty())


async def test_a_response_comes_back_as_it_was_given(city: Database) -> None:
    said = given_by(
        "A",
        3,
        layanan="Pendaftaran",
        collector="LOKET1",
        started_at=NOW - HOUR,
        profile={"gender": "female", "age": None},
        saran="Antre “lama” sekali 🙏\n'; DROP TABLE response; --",
        respondent="siti",
        channel="telegram",
        mode=Mode.ASSISTED,
        language="jv",
    )
    await put(city, said)
    assert await city.read(call(responses.by_id, "A")) == said
    assert await city.read(call(responses.by_id, "B")) is None


async def test_a_correction_changes_the_figures_and_not_their_number(city: Database) -> None:
    await put(city, given_by("A", 2))
    await put(city, given_by("A", 4, saran="Terima kasih", profile={"age": "26-35"}))
    found = await tally(city)
    assert (found.n, str(ikm(found))) == (1, "100.00")
    stored = await city.read(call(responses.by_id, "A"))
    assert (stored.saran, stored.profile) == ("Terima kasih", {"age": "26-35"})


async def test_a_correction_counts_on_the_day_of_the_first_answer(city: Database) -> None:
    await put(city, given_by("A", 2), DAY)
    await put(city, given_by("A", 4), DAY + timedelta(days=40))
    day = await city.read(call(tallies.of, "KOTA", DAY, DAY + timedelta(days=1)))
    assert day[SKM9.version].n == 1
    assert await city.read(rollup.count_differences) == 0


async def test_a_correction_under_a_newer_instrument_moves_the_response_to_it(
    city: Database,
) -> None:
    await put(city, given_by("A", 2))
    newer = replace(given_by("A", 4), instrument="skm9-2")
    await put(city, newer)
    found = await city.read(call(tallies.of, "KOTA", *YEAR))
    assert {version: one.n for version, one in found.items()} == {"skm9-2": 1}
    assert await city.read(rollup.count_differences) == 0


async def test_items_that_share_an_unsur_count_together(city: Database) -> None:
    answers = {item.id: 1 + n % 4 for n, item in enumerate(SIXTEEN.items)}
    said = replace(given_by("A", 1), instrument=SIXTEEN.version, answers=answers)
    await city.write(call(responses.put, said, SIXTEEN, DAY))
    found = await city.read(call(tallies.of, "PAJANG", *YEAR))
    assert found[SIXTEEN.version] == Tally.of_response(SIXTEEN.by_unsur(answers))
    assert (await city.read(call(responses.by_id, "A"))).answers == answers


async def test_forgetting_a_person_takes_their_answers_out_of_the_figures(city: Database) -> None:
    await put(city, given_by("A", 2, respondent="siti"))
    await put(city, given_by("B", 4, respondent="budi"))
    assert await city.write(call(responses.forget, "siti")) == 1
    assert str(ikm(await tally(city))) == "100.00"
    assert await city.read(call(responses.by_id, "A")) is None
    assert await city.write(call(responses.forget, "siti")) == 0


async def test_what_was_forgotten_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    file = tmp_path / "skm.db"
    migrate(f"sqlite+aiosqlite:///{file}")
    async with Database.open(f"sqlite+aiosqlite:///{file}") as db:
        await db.write(call(upps.put, TREE))
        for n in range(60):
            said = given_by(f"R{n}", 3, respondent=f"orang-{n % 2}", saran=f"rahasia-{n % 2} {n}")
            await put(db, said)
        await db.write(call(responses.forget, "orang-1"))
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"orang-0" in held
    assert b"rahasia-0" in held
    assert b"orang-1" not in held
    assert b"rahasia-1" not in held


async def test_many_at_once_are_stored_once_however_often_they_come(city: Database) -> None:
    rows = [(given_by(f"R{n}", 1 + n % 4), DAY) for n in range(6000)]
    first = await city.write(call(responses.insert_many, rows, SKM9))
    again = await city.write(call(responses.insert_many, [*rows, *rows], SKM9))
    assert (first, again, (await tally(city)).n) == (6000, 0, 6000)
    assert await city.read(rollup.count_differences) == 0
    assert await city.write(call(responses.insert_many, [], SKM9)) == 0


@pytest.mark.parametrize(
    ("more", "said"), [({"upp": "NONE"}, "no unit NONE"), ({"collector": "XX"}, "no collector XX")]
)
async def test_responses_from_nowhere_are_refused_and_none_of_their_piece_is_stored(
    city: Database, more: dict[str, str], said: str
) -> None:
    rows = [(given_by("A", 3), DAY), (given_by("B", 3, **more), DAY)]
    with pytest.raises(SkmError, match=said):
        await city.write(call(responses.insert_many, rows, SKM9))
    assert await city.read(call(responses.by_id, "A")) is None
    assert (await tally(city)).n == 0


async def test_the_last_response_of_a_person_is_known_per_collector(city: Database) -> None:
    await city.write(call(collectors.add, replace(LOKET, code="LOKET2"), NOW))
    for n, where in enumerate(["LOKET1", "LOKET1", "LOKET2"]):
        at = NOW + n * HOUR
        await put(city, given_by(f"R{n}", 3, collector=where, respondent="siti", submitted_at=at))
    assert await city.read(call(responses.last_of, "siti", "LOKET1")) == NOW + HOUR
    assert await city.read(call(responses.last_of, "siti", "LAB7")) is None
    assert await city.read(call(responses.last_of, "budi", "LOKET1")) is None


async def test_an_export_is_of_a_subtree_and_a_half_open_span_oldest_first(city: Database) -> None:
    for n, (upp, days) in enumerate([("PAJANG", 2), ("DINKES", 1), ("KOTA", 1), ("PAJANG", 3)]):
        at = NOW + timedelta(days=days)
        await put(city, given_by(f"R{n}", 3, upp, submitted_at=at), DAY + timedelta(days=days))

    async def exported(*which: Any) -> list[str]:
        async def work(conn: AsyncConnection) -> list[str]:
            return [said.id async for said in responses.export(conn, *which)]

        return await city.read(work)

    assert await exported() == ["R1", "R2", "R0", "R3"]
    assert await exported("DINKES") == ["R1", "R0", "R3"]
    assert await exported("DINKES", DAY, DAY + timedelta(days=3)) == ["R1", "R0"]
    assert await exported("NONE") == []


@pytest.mark.parametrize("upp", ["DINKES", None])
async def test_comments_come_newest_first_with_their_day_and_unit(
    city: Database, upp: str | None
) -> None:
    for n in range(3):
        said = given_by(f"S{n}", 3, submitted_at=NOW + n * HOUR, saran=f"saran {n}")
        await put(city, said)
    await put(city, given_by("S9", 3, submitted_at=NOW + 9 * HOUR))
    found = await city.read(call(responses.comments, upp, *YEAR, 2))
    assert [(one.text, one.day, one.upp_name) for one in found] == [
        ("saran 2", DAY, "Puskesmas"),
        ("saran 1", DAY, "Puskesmas"),
    ]
    assert await city.read(call(responses.comments, upp, DAY + timedelta(days=1), YEAR[1], 2)) == []


async def test_a_rollup_that_went_wrong_is_noticed_and_counted_anew(city: Database) -> None:
    for n in range(20):
        await put(city, given_by(f"R{n}", 1 + n % 4), DAY + timedelta(days=n))
    before = await tally(city)
    await city.write(
        lambda conn: conn.execute(text("UPDATE tally SET n = n + 1 WHERE kind = 'month'"))
    )
    assert await city.read(rollup.count_unbalanced_units) == 1
    [(unit, _)] = [one for one in await city.read(rollup.units) if one[1] == "PAJANG"]
    assert (
        await city.read(rollup.count_differences)
        == await city.write(call(rollup.repair, unit))
        == 2
    )
    assert await city.read(rollup.count_differences) == 0
    assert await tally(city) == before


STEP = st.tuples(
    st.sampled_from(["put", "put", "many", "forget"]),
    st.integers(0, 5),
    st.lists(st.integers(1, 4), min_size=9, max_size=9),
    st.integers(0, 80),
)


@pytest.mark.takes_long
@examples(25, allow=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=15))
async def test_the_rollup_always_equals_the_recount(
    steps: list[tuple[str, int, list[int], int]], fresh: Fresh
) -> None:
    with fresh() as url:
        await _count_and_recount(url, steps)


async def _count_and_recount(url: str, steps: list[tuple[str, int, list[int], int]]) -> None:
    async with Database.open(url) as db:
        await db.write(call(upps.put, TREE))
        for what, person, nilai, days in steps:
            answers = {item.id: value for item, value in zip(SKM9.items, nilai, strict=True)}
            said = given_by(f"R{person}", 1, TREE[person % 3].code, respondent=f"p{person}")
            said, day = replace(said, answers=answers), DAY + timedelta(days=days)
            if what == "put":
                await put(db, said, day)
            elif what == "many":
                await db.write(call(responses.insert_many, [(said, day)] * 2, SKM9))
            else:
                await db.write(call(responses.forget, f"p{person}"))
            assert (
                await db.read(rollup.count_differences)
                == await db.read(rollup.count_unbalanced_units)
                == 0
            )
