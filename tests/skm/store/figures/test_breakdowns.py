"""What responses break down into, in the tree of units, on both databases."""

import json

import pytest

from skm.figures.breakdown import Breakdown
from skm.figures.validity import Moments
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.store.database.database import Database
from skm.store.figures import breakdowns, closed
from skm.store.periods import closings
from skm.store.survey import responses, tallies, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, NOW, TREE, YEAR, call, given_by

MONTH, OTHER = Period.parse("2026-11"), Period.parse("2026-10")


@pytest.fixture
async def city(db: Database) -> Database:
    """Four people at the puskesmas, one at the dinas above it."""
    await db.write(call(upps.put, TREE))
    people = [
        given_by("R0", 3, profile={"gender": "female"}, layanan="KIA"),
        given_by("R1", 4, profile={"gender": "male"}, layanan="KIA"),
        given_by("R2", 3, profile={"gender": "female"}, mode=Mode.ASSISTED),
        given_by("R3", 3, profile={"gender": None}, channel="telegram"),
        given_by("R4", 2, "DINKES", profile={"gender": "male", "age": "26"}, layanan="KIA"),
    ]
    await db.write(call(responses.insert_many, [(one, DAY) for one in people], SKM9))
    return db


async def test_who_answered_and_by_which_way_is_counted_without_naming_anybody(
    city: Database,
) -> None:
    found = (await city.read(call(breakdowns.of_each, MONTH, "PAJANG")))["PAJANG"]
    assert found.profile == {"gender": {"female": 2, "male": 1}}
    assert found.channels == {
        ("web", Mode.SELF): 2,
        ("web", Mode.ASSISTED): 1,
        ("telegram", Mode.SELF): 1,
    }
    assert {name: tally[SKM9.version].n for name, tally in found.layanan.items()} == {
        "": 2,
        "KIA": 2,
    }


async def test_a_unit_holds_what_stands_below_it(city: Database) -> None:
    each = await city.read(call(breakdowns.of_each, MONTH))
    assert each["KOTA"] == each["DINKES"]
    assert each["DINKES"].profile == {"gender": {"female": 2, "male": 2}, "age": {"26": 1}}
    assert each["DINKES"].layanan["KIA"][SKM9.version].n == 3
    answers = [3, 4, 3, 3, 2]
    one_by_one = [Moments.of(dict.fromkeys(SKM9.by_id, nilai)) for nilai in answers]
    assert each["DINKES"].moments[SKM9.version] == sum(one_by_one[1:], one_by_one[0])


async def test_it_is_the_same_for_one_unit_and_for_all(city: Database) -> None:
    each = await city.read(call(breakdowns.of_each, MONTH))
    for unit in TREE:
        own = await city.read(call(breakdowns.of_each, MONTH, unit.code))
        assert own[unit.code] == each[unit.code]
        layanan = await city.read(call(tallies.by_layanan_of_each, unit.code, *YEAR))
        assert each[unit.code].layanan == layanan[unit.code]
    assert await city.read(call(breakdowns.of_each, OTHER, "PAJANG")) == {}


async def test_its_parts_are_those_of_the_tallies(city: Database) -> None:
    each = await city.read(call(breakdowns.of_each, MONTH))
    whole = await city.read(call(tallies.by_subtree, *YEAR))
    assert all(each[code].adds_up_to(whole[code]) for code in each)
    assert not each["PAJANG"].adds_up_to(whole["DINKES"])
    assert Breakdown().adds_up_to({})


async def test_as_plain_values_it_reads_back_as_the_same(city: Database) -> None:
    found = (await city.read(call(breakdowns.of_each, MONTH, "DINKES")))["DINKES"]
    plain = json.loads(json.dumps(found.plain()))
    assert Breakdown.of(plain) == found
    assert Breakdown.of(plain).plain() == found.plain()


async def test_a_closing_keeps_it_and_verifies_on_every_database(city: Database) -> None:
    before = (await city.read(call(breakdowns.of_each, MONTH)))["PAJANG"]
    december = DAY.replace(month=12, day=1)
    await city.write(call(closings.close, MONTH, december, NOW, None))
    late = [(given_by("late", 1, layanan="Gizi"), DAY)]
    await city.write(call(responses.insert_many, late, SKM9))
    kept = await city.read(call(closed.archive, MONTH, "PAJANG"))
    assert kept.breakdown == before
    found = await city.read(call(closings.verify, MONTH))
    assert (found.late, found.differences) == (1, ())
