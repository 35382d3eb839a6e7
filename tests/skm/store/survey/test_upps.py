"""Units form a tree, whatever order they come in, or are refused with what to mend."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.survey import collectors, responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import DAY, NOW, TREE, call, given_by

KOTA, DINKES, PAJANG = TREE


async def codes(db: Database, asked: Callable[..., Awaitable[Any]], *given: Any) -> list[str]:
    return [unit.code for unit in await db.read(call(asked, *given))]


async def test_a_child_may_come_before_its_parent(db: Database) -> None:
    await db.write(call(upps.put, [PAJANG, DINKES, KOTA]))
    assert await db.read(call(upps.listed)) == [DINKES, KOTA, PAJANG]


async def test_a_unit_is_found_by_its_code_in_any_case(city: Database) -> None:
    assert await city.read(call(upps.by_code, "pajang")) == PAJANG
    assert await city.read(call(upps.by_code, "PAJAN")) is None


async def test_the_tree_is_read_up_and_down(city: Database) -> None:
    await city.write(call(upps.put, [Upp("BPN", "Pertanahan"), Upp("RSUD", "RS", "DINKES")]))
    assert await codes(city, upps.roots) == ["BPN", "KOTA"]
    assert await codes(city, upps.children, "DINKES") == ["PAJANG", "RSUD"]
    assert await codes(city, upps.subtree, "DINKES") == ["DINKES", "PAJANG", "RSUD"]
    assert await city.read(call(upps.lineage, "RSUD")) == ["RSUD", "DINKES", "KOTA"]
    assert await city.read(call(upps.lineage, "NONE")) == []
    assert await codes(city, upps.subtree, "NONE") == []


async def test_a_unit_is_silent_that_asks_and_got_no_answer_in_the_period(city: Database) -> None:
    november, october = Period.parse("2026-11"), Period.parse("2026-10")
    await city.write(call(upps.put, [Upp("RSUD", "RS", "DINKES"), Upp("BPN", "Pertanahan")]))
    await city.write(call(collectors.add, Collector("KASIR1", "RSUD"), NOW))
    await city.write(call(responses.put, given_by("R1", 3), SKM9, DAY))
    assert await codes(city, upps.silent, None, november) == ["RSUD"]
    assert await codes(city, upps.silent, "PAJANG", november) == []
    assert await codes(city, upps.silent, "DINKES", october) == ["PAJANG", "RSUD"]
    await city.write(call(responses.put, given_by("R2", 3, "RSUD", respondent="siti"), SKM9, DAY))
    assert await codes(city, upps.silent, None, november) == []
    await city.write(call(responses.forget, "siti"))  # its row of the rollup stays, with nobody in
    assert await codes(city, upps.silent, None, november) == ["RSUD"]


async def test_putting_a_unit_again_changes_it(city: Database) -> None:
    moved = replace(PAJANG, name="Puskesmas Pajang", parent="KOTA", population=12000)
    await city.write(call(upps.put, [moved]))
    assert await city.read(call(upps.by_code, "PAJANG")) == moved
    assert await codes(city, upps.subtree, "DINKES") == ["DINKES"]
    await city.write(call(upps.put, [replace(moved, parent=None)]))
    assert await codes(city, upps.roots) == ["KOTA", "PAJANG"]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([Upp("A", "A", "NONE")], "add that unit as well"),
        ([Upp("A", "A", "A")], "is below itself"),
        ([Upp("A", "A", "B"), Upp("B", "B", "C"), Upp("C", "C", "A")], "is below itself"),
        ([Upp("KOTA", "Kota", "PAJANG")], "is below itself"),
        ([Upp("kota", "Kota")], "in capital letters: KOTA"),
    ],
)
async def test_what_is_no_tree_is_refused_and_changes_nothing(
    city: Database, units: list[Upp], said: str
) -> None:
    with pytest.raises(SkmError, match=said):
        await city.write(call(upps.put, units))
    assert await codes(city, upps.listed) == ["DINKES", "KOTA", "PAJANG"]
