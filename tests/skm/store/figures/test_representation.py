"""Whom a unit served beside who answered, on both databases."""

from dataclasses import replace
from decimal import Decimal

import pytest

from skm.instansi.period import Period
from skm.instansi.users import Users
from skm.quality.representation import Representation
from skm.store.database.database import Database
from skm.store.figures import reports, representation
from skm.store.periods import closings, dossiers
from skm.store.survey import responses, upps, users
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, NOW, TREE, call, given_by

MONTH = Period.parse("2026-11")
SERVED = Users("PAJANG", MONTH, 400, {"gender": {"female": 200, "male": 200}})
FEMALE = [given_by(f"F{n}", 4, profile={"gender": "female"}) for n in range(30)]
MALE = [given_by(f"M{n}", 2, profile={"gender": "male"}) for n in range(10)]


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(call(upps.put, TREE))
    await db.write(call(users.put, [SERVED]))
    rows = [(one, DAY) for one in (*FEMALE, *MALE)]
    await db.write(call(responses.insert_many, rows, SKM9))
    return db


async def found(city: Database, code: str = "PAJANG") -> Representation:
    unit = await city.read(call(upps.by_code, code))
    dossier = await city.read(call(dossiers.of, unit, MONTH))
    of: Representation = dossier.representation
    return of


async def test_the_index_is_weighted_to_those_who_were_served(city: Database) -> None:
    assert await found(city) == Representation(400, {"gender": Decimal("75.00")}, SERVED.profile)
    assert await found(city, "DINKES") == Representation()


async def test_without_the_breakdown_only_their_number_is_read(city: Database) -> None:
    report = await city.read(call(reports.of, TREE[2], MONTH))
    assert await city.read(call(representation.of, report)) == Representation(
        400, profile=SERVED.profile
    )


async def test_what_is_said_again_replaces_what_was_said(city: Database) -> None:
    await city.write(call(users.put, [replace(SERVED, total=None, profile={})]))
    assert await city.read(call(users.of, "PAJANG", MONTH)) == Users("PAJANG", MONTH)
    assert await found(city) == Representation()


async def test_a_field_with_a_small_group_is_not_weighted(city: Database) -> None:
    """Two who skipped it: their nilai would follow from the index and the groups'."""
    rows = [(given_by(f"S{n}", 3), DAY) for n in range(2)]
    await city.write(call(responses.insert_many, rows, SKM9))
    assert await found(city) == Representation(400, profile=SERVED.profile)


async def test_of_a_closed_period_only_what_it_counted_is_weighted(city: Database) -> None:
    await city.write(
        lambda conn: closings.close(conn, MONTH, Period.parse("2027-01").start, NOW, None)
    )
    late = [(given_by(f"L{n}", 1, profile={"gender": "male"}), DAY) for n in range(20)]
    await city.write(call(responses.insert_many, late, SKM9))
    assert await found(city) == Representation(400, {"gender": Decimal("75.00")}, SERVED.profile)
    await city.write(call(responses.delete_all, [MALE[0].id]))
    assert await found(city) == Representation(400, profile=SERVED.profile)
