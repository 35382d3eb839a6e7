"""What a digest says of single responses, read in few columns, is what the responses say."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.ikm import Tally, ikm
from skm.instansi.collector import Mode
from skm.instansi.period import Period, PeriodKind
from skm.notices.digest import Digest
from skm.quality.assisted import assisted_change
from skm.quality.flag import Flag, Thresholds
from skm.quality.flagged import HOW_IT_CAME, Odd
from skm.quality.flags import flags
from skm.quality.timed_response import TimedResponse
from skm.store.database.database import Database
from skm.store.figures import digests
from skm.store.survey import collectors, responses, upps
from skm.survey.response import Response
from tests.conftest import Fresh
from tests.skm.survey.test_instrument import SKM9
from tests.tools.examples import examples
from tests.tools.store_city import DAY, LAB, LOKET, NOW, TREE, call, given_by

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = Period.of(PeriodKind.WEEK, DAY)
AT = Thresholds(codes=2, burst=4)

SAID = st.builds(
    lambda minute, nilai, took, **more: given_by(
        "", nilai, submitted_at=NOW + timedelta(minutes=minute),
        started_at=took and NOW + timedelta(minutes=minute, seconds=-took), **more,
    ),
    st.integers(0, 20),
    st.integers(1, 4),
    st.sampled_from([None, 5, 60]),
    upp=st.sampled_from([unit.code for unit in TREE]),
    collector=st.sampled_from([None, LOKET.code, LAB.code]),
    respondent=st.sampled_from([None, "siti", "budi"]),
    mode=st.sampled_from(Mode),
    instrument=st.sampled_from([SKM9.version] * 3 + ["skm9-0"]),
)  # fmt: skip


async def digest(db: Database, *said: Response, upp: str = "KOTA") -> Digest:
    """Of a unit after these were given."""
    named = [(replace(one, id=f"R{at}"), DAY) for at, one in enumerate(said)]
    await db.write(call(responses.insert_many, named, SKM9))
    unit = await db.read(call(upps.by_code, upp))
    found: Digest = await db.read(call(digests.of, unit, WEEK, JAKARTA, SKM9, AT, DAY))
    return found


def plainly(held: list[Response]) -> Odd:
    """The same from whole responses, each counted by itself."""
    seen = [
        TimedResponse(r.id, r.collector, r.instrument, r.answers, r.submitted_at, r.started_at,
              r.respondent, r.mode, r.upp)
        for r in held
    ]  # fmt: skip

    def at(unit: str) -> list[TimedResponse]:
        return [r for r in seen if r.upp == unit]

    def overall(unit: list[TimedResponse]) -> float:
        return mean(mean(r.answers.values()) for r in unit)

    flagged = flags(seen, JAKARTA, AT)
    out = {
        r.id
        for unit in {r.upp for r in seen}
        for r in at(unit)
        if (own := flags(at(unit), JAKARTA, AT).get(r.id))
        and (own & HOW_IT_CAME or mean(r.answers.values()) > overall(at(unit)))
    }
    kept = [
        Tally.of_response(SKM9.by_unsur(r.answers))
        for r in held
        if r.id not in out and r.instrument == SKM9.version
    ]
    counted = Counter(flag for found in flagged.values() for flag in found)
    without = ikm(reduce(add, kept, Tally.empty()))
    return Odd(counted, without, assisted_change(seen, SKM9), len(flagged))


@pytest.mark.takes_long
@examples(15, allow=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, max_size=30))
async def test_what_is_odd_follows_from_the_responses_themselves(
    said: list[Response], fresh: Fresh
) -> None:
    with fresh() as url:
        async with Database.open(url) as db:
            await db.write(call(upps.put, TREE))
            for way_in in (LOKET, LAB):
                await db.write(call(collectors.add, way_in, NOW))
            found = await digest(db, *said)
            held = await db.read(exported)
    odd, whole = found.odd, plainly(held)
    assert odd.flags in (whole.flags, {})
    assert odd.unflagged in (whole.unflagged, None)
    assert odd.assisted in (whole.assisted, None)


async def exported(conn: AsyncConnection) -> list[Response]:
    return [r async for r in responses.export(conn, "KOTA", WEEK.start, WEEK.end)]


LATE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 21.00 in Jakarta
FINE = [given_by("", 1) for _ in range(10)]
AT_NIGHT = [given_by("", 3, submitted_at=LATE + timedelta(hours=i / 9)) for i in range(5)]


async def test_the_index_without_the_flagged_is_that_of_the_others(city: Database) -> None:
    found = await digest(city, *FINE, *AT_NIGHT)
    others = ikm(Tally.of([SKM9.by_unsur(FINE[0].answers)]))
    assert found.odd == Odd({Flag.OUTSIDE_HOURS: 5}, others, count=5)


async def test_nothing_is_said_of_fewer_than_five_that_are_flagged_or_left(city: Database) -> None:
    assert (await digest(city, *FINE, *AT_NIGHT[1:])).odd == Odd()


async def test_a_unit_is_told_what_is_odd_in_its_own_subtree_only(city: Database) -> None:
    above = [replace(said, upp="KOTA") for said in AT_NIGHT]
    assert (await digest(city, *FINE, *above, upp="PAJANG")).odd == Odd()


async def test_beyond_some_thousands_no_single_response_is_looked_at(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skm.store.figures.flags.FLAGGED_UP_TO", 14)
    assert (await digest(city, *FINE, *AT_NIGHT)).odd == Odd()


async def test_a_comment_does_not_name_the_unit_where_few_answered(city: Database) -> None:
    of_few = given_by("", 3, upp="DINKES", submitted_at=NOW + timedelta(hours=1), saran="antre")
    found = await digest(city, *[given_by("", 3, saran="panas")] * 5, of_few)
    assert [(one.text, one.upp_name) for one in found.saran] == [
        ("antre", ""),
        ("panas", "Puskesmas"),
        ("panas", "Puskesmas"),
    ]
