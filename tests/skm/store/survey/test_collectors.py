"""Collectors are found by the code on their poster; a ticket opens one response."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from skm.errors import SkmError
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.survey import collectors, tickets
from tests.tools.store_city import LAB, LOKET, NOW, call


@pytest.mark.parametrize("typed", ["LOKET1", "loket1", "Loket1"])
async def test_a_code_is_found_in_any_case_with_its_unit(city: Database, typed: str) -> None:
    found = await city.read(call(collectors.by_code, typed))
    assert found == (LOKET, Upp("PAJANG", "Puskesmas"))


async def test_an_unknown_code_finds_nothing(city: Database) -> None:
    assert await city.read(call(collectors.by_code, "LOKET")) is None
    assert await city.read(call(collectors.by_code, "' OR 1=1 --")) is None


async def test_collectors_are_listed_by_unit(city: Database) -> None:
    await city.write(call(collectors.add, replace(LOKET, code="DEPAN1", upp="DINKES"), NOW))
    listed = await city.read(call(collectors.listed))
    assert [found.code for found in listed] == ["DEPAN1", "LAB7", "LOKET1"]
    assert await city.read(call(collectors.listed, "PAJANG")) == [LAB, LOKET]


async def test_a_code_is_given_once(city: Database) -> None:
    with pytest.raises(SkmError, match="LOKET1 is taken"):
        await city.write(call(collectors.add, replace(LOKET, code="loket1"), NOW))


async def test_a_collector_of_an_unknown_unit_is_refused(city: Database) -> None:
    with pytest.raises(SkmError, match="no unit NONE"):
        await city.write(call(collectors.add, replace(LOKET, code="X9", upp="NONE"), NOW))


async def test_a_ticket_is_open_then_spent_and_a_made_up_one_is_neither(city: Database) -> None:
    await city.write(call(tickets.add, "LAB7", ["AB23", "CD45"]))
    assert await city.read(call(tickets.state, "LAB7", "AB23", NOW)) == "open"
    assert await city.write(call(tickets.spend, "LAB7", "AB23", "V1", NOW))
    assert await city.read(call(tickets.state, "LAB7", "AB23", NOW)) == "spent"
    assert await city.read(call(tickets.state, "LAB7", "CD45", NOW)) == "open"
    assert await city.read(call(tickets.state, "LAB7", "XXXX", NOW)) is None
    assert await city.read(call(tickets.state, "LOKET1", "CD45", NOW)) is None


async def test_a_ticket_expires_and_is_still_spent_by_a_visit_that_began_before(
    city: Database,
) -> None:
    await city.write(call(tickets.add, "LAB7", ["AB23"], NOW))
    before = NOW - timedelta(seconds=1)
    assert await city.read(call(tickets.state, "LAB7", "AB23", before)) == "open"
    assert await city.read(call(tickets.state, "LAB7", "AB23", NOW)) == "expired"
    assert await city.read(call(tickets.is_known, "LAB7", "AB23"))
    assert await city.write(call(tickets.spend, "LAB7", "AB23", "V1", NOW))
    assert await city.read(call(tickets.state, "LAB7", "AB23", NOW)) == "spent"


async def test_of_many_who_spend_one_ticket_at_once_one_does(city: Database) -> None:
    await city.write(call(tickets.add, "LAB7", ["AB23"]))
    tries = (city.write(call(tickets.spend, "LAB7", "AB23", f"V{n}", NOW)) for n in range(8))
    assert sum(await asyncio.gather(*tries)) == 1
    assert not await city.write(call(tickets.spend, "LAB7", "XXXX", "V1", NOW))


async def test_tickets_of_an_unknown_collector_are_refused(city: Database) -> None:
    with pytest.raises(SkmError, match="no collector NONE"):
        await city.write(call(tickets.add, "NONE", ["AB23"]))
    await city.write(call(tickets.add, "LAB7", []))
