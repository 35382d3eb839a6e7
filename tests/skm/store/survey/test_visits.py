"""A visit keeps all that was said while it is open, and only how it ended afterwards."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from sqlalchemy import select

from skm.store.database.database import Conflict, Database
from skm.store.schema.survey import visit as table
from skm.store.survey import visits
from skm.store.upkeep import forget
from skm.survey.interview import Disposition, Interview
from skm.survey.visit import Visit
from tests.tools.store_city import NOW, call, visit_of

HOUR = timedelta(hours=1)
SAID = Interview(
    id="V1",
    language="jv",
    answers=MappingProxyType({"U1": 4, "U2": 1}),
    profile=MappingProxyType({"gender": "female", "age": None}),
    comment="Antre “lama” sekali 🙏\nnggih",
    changing="U1",
)


async def load(db: Database, id: str = "V1") -> Visit:
    found = await db.read(call(visits.by_id, id))
    assert isinstance(found, Visit)
    return found


async def ended(
    db: Database, id: str, how: Disposition, at: datetime, item: str | None = None
) -> None:
    visit = visit_of(id, who=id)
    await db.write(call(visits.add, visit))
    over = replace(visit, interview=replace(visit.interview, ended=how))
    await db.write(call(visits.close, over, at, item))


async def test_an_open_visit_comes_back_as_it_was(city: Database) -> None:
    visit = visit_of("V1", interview=SAID, ticket="AB23")
    await city.write(call(visits.add, visit))
    assert await load(city) == visit


async def test_times_come_back_as_the_same_moment_in_utc(city: Database) -> None:
    local = NOW.astimezone(timezone(HOUR * 7))
    await city.write(call(visits.add, visit_of("V1", opened_at=local, touched_at=local)))
    found = await load(city)
    assert (found.opened_at, found.opened_at.tzinfo) == (NOW, UTC)


async def test_saving_counts_versions_and_keeps_what_was_said(city: Database) -> None:
    await city.write(call(visits.add, visit_of("V1")))
    await city.write(call(visits.save, replace(await load(city), interview=SAID)))
    found = await load(city)
    assert (found.version, found.interview) == (1, SAID)


async def test_of_two_who_advance_the_same_visit_the_later_must_look_again(city: Database) -> None:
    await city.write(call(visits.add, visit_of("V1")))
    visit = await load(city)
    both = (city.write(call(visits.save, visit)) for _ in range(2))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
    with pytest.raises(Conflict):
        await city.write(call(visits.close, visit, NOW, None))
    assert (await load(city)).version == 1


async def test_a_closed_visit_holds_no_answers(
    city: Database,
) -> None:
    await city.write(call(visits.add, visit_of("V1", interview=SAID)))
    over = replace(await load(city), interview=replace(SAID, ended=Disposition.BREAK_OFF))
    await city.write(call(visits.close, over, NOW + HOUR, "U3"))
    found = await load(city)
    assert (found.closed_at, found.interview) == (
        NOW + HOUR,
        Interview(id="V1", language="jv", ended=Disposition.BREAK_OFF),
    )
    row = (await city.read(lambda conn: conn.execute(select(table)))).one()
    assert (row.state, row.broke_off_at, row.closed_at) == (None, "U3", NOW + HOUR)


async def test_a_closed_visit_cannot_be_saved(city: Database) -> None:
    await city.write(call(visits.add, visit_of("V1")))
    visit = await load(city)
    await city.write(call(visits.close, visit, NOW, None))
    with pytest.raises(Conflict):
        await city.write(call(visits.save, visit))


async def test_a_person_has_one_open_visit(city: Database) -> None:
    await city.write(call(visits.add, visit_of("V1")))
    await city.write(call(visits.add, visit_of("V3", who="budi")))
    with pytest.raises(Conflict, match="Another visit of this respondent was opened"):
        await city.write(call(visits.add, visit_of("V2")))
    first = await city.read(call(visits.open_of, "siti"))
    assert first.id == "V1"
    await city.write(call(visits.close, first, NOW, None))
    assert await city.read(call(visits.open_of, "siti")) is None
    await city.write(call(visits.add, visit_of("V2")))
    assert (await city.read(call(visits.open_of, "siti"))).id == "V2"


async def test_idle_visits_come_oldest_first_and_no_more_than_asked(city: Database) -> None:
    for n in (3, 1, 2, 9):
        one = visit_of(f"V{n}", who=f"P{n}", touched_at=NOW + n * HOUR)
        await city.write(call(visits.add, one))
    await ended(city, "V0", Disposition.COMPLETE, NOW)
    found = await city.read(call(visits.idle, NOW + 3 * HOUR, 9))
    assert [visit.id for visit in found] == ["V1", "V2", "V3"]
    assert [v.id for v in await city.read(call(visits.idle, NOW + 3 * HOUR, 2))] == ["V1", "V2"]


async def test_under_a_new_key_a_visit_waits_where_another_is_open(city: Database) -> None:
    await city.write(call(visits.add, visit_of("V1", who="old")))
    await city.write(call(visits.add, visit_of("V2", who="new")))
    await city.write(call(forget.rekey, "old", "new"))
    assert (await load(city, "V1")).respondent == "old"
    await city.write(call(visits.close, await load(city, "V1"), NOW, None))
    await city.write(call(forget.rekey, "old", "new"))
    assert (await load(city, "V1")).respondent == "new"


async def test_forgetting_a_person_deletes_open_and_closed_visits(city: Database) -> None:
    await ended(city, "siti", Disposition.COMPLETE, NOW)
    await city.write(call(visits.add, visit_of("V2")))
    await city.write(call(visits.add, visit_of("V3", who="budi")))
    assert await city.write(call(visits.forget, "siti")) == 2
    assert await city.read(call(visits.by_id, "V2")) is None
    assert (await load(city, "V3")).respondent == "budi"


@pytest.mark.parametrize("upp", ["PAJANG", "KOTA", None])
async def test_break_offs_are_counted_where_they_happened_in_a_half_open_span(
    city: Database, upp: str | None
) -> None:
    for n, (how, item, hour) in enumerate(
        [
            (Disposition.BREAK_OFF, "U3", 0),
            (Disposition.BREAK_OFF, "U3", 1),
            (Disposition.BREAK_OFF, "U1", 1),
            (Disposition.REFUSAL, "U1", 1),
            (Disposition.COMPLETE, None, 1),
            (Disposition.BREAK_OFF, "U9", 2),  # the end is not in it
        ]
    ):
        await ended(city, f"V{n}", how, NOW + hour * HOUR, item)
    span = NOW, NOW + 2 * HOUR
    assert await city.read(call(visits.break_offs, upp, *span)) == {"U3": 2, "U1": 1}
    assert await city.read(call(visits.dispositions, upp, *span)) == {
        Disposition.BREAK_OFF: 3,
        Disposition.REFUSAL: 1,
        Disposition.COMPLETE: 1,
    }
    assert await city.read(call(visits.break_offs, "DINKES", NOW + 3 * HOUR, NOW)) == {}
