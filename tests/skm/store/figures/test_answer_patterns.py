"""The answers that drivers are computed from: of one unit, period and instrument."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from skm.figures.drivers import Drivers
from skm.instansi.period import Period
from skm.store.figures import answer_patterns, reports
from skm.store.periods import closings
from skm.store.survey import responses, seals, upps
from skm.survey.response import Response
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle

Q3, Q4 = Period.parse("2026-Q3"), Period.parse("2026-Q4")
OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


async def found(desk: Desk, code: str, period: Period = Q4) -> Drivers | None:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, code))
    assert unit is not None
    report = await desk.db.read(lambda conn: reports.of(conn, unit, period))
    return await desk.db.read(lambda conn: answer_patterns.drivers_of(conn, report))


async def answers(desk: Desk, day: date, many: int, version: str = "") -> list[str]:
    """More responses of Pajang."""
    instrument = desk.inbox.instrument
    given = [
        Response(
            id=f"susulan-{day}-{number}",
            upp="PAJANG",
            layanan="",
            collector=None,
            instrument=version or instrument.version,
            answers={item.id: 1 + number % 4 for item in instrument.items},
            submitted_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
            respondent=f"susulan-{number}",
        )
        for number in range(many)
    ]
    rows = [(one, day) for one in given]
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))
    return [one.id for one in given]


async def test_they_are_of_the_unit_with_those_below_it(desk: Desk) -> None:
    pajang, dinkes = await found(desk, "PAJANG"), await found(desk, "DINKES")
    assert pajang is not None
    assert dinkes is not None
    assert (pajang.n, dinkes.n) == (38, 53)


async def test_few_respondents_and_small_groups_have_none(desk: Desk) -> None:
    assert await found(desk, "DUKCAPIL") is None
    assert await found(desk, "GILING") is None


async def test_answers_to_another_questionnaire_are_not_among_them(desk: Desk) -> None:
    await answers(desk, date(2026, 11, 4), 8, "skm9-lama")
    pajang = await found(desk, "PAJANG")
    assert pajang is not None
    assert pajang.n == 38


async def test_a_closed_period_counts_what_was_there_then_in_the_units_of_then(desk: Desk) -> None:
    await desk.db.write(lambda conn: closings.close(conn, Q3, OCTOBER.date(), OCTOBER, None))
    await answers(desk, date(2026, 9, 30), 12)
    dinkes = await found(desk, "DINKES", Q3)
    assert dinkes is not None
    assert dinkes.n == 42
    pajang = await desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert pajang is not None
    await desk.db.write(
        lambda conn: upps.put(conn, [type(pajang)("PAJANG", pajang.name, "DUKCAPIL")])
    )
    moved = await found(desk, "DINKES", Q3)
    assert moved is not None
    assert moved.n == 42


@pytest.mark.parametrize(("withdrawn", "n"), [(0, 42), (4, None), (5, 37)])
async def test_few_withdrawn_answers_do_not_follow_from_what_is_left(
    desk: Desk, withdrawn: int, n: int | None
) -> None:
    await desk.db.write(lambda conn: closings.close(conn, Q3, OCTOBER.date(), OCTOBER, None))
    gone = [f"PAJANG-08-{number}" for number in range(withdrawn)]
    await desk.db.write(lambda conn: seals.withdraw(conn, gone))
    dinkes = await found(desk, "DINKES", Q3)
    assert (dinkes.n if dinkes else None) == n


async def test_an_unsur_of_several_items_counts_as_their_mean() -> None:
    given = '{"U1":{"a":4,"b":3},"U2":{"c":2}}'
    assert answer_patterns.nilai_of(given) == {"U1": Fraction(7, 2), "U2": Fraction(2)}
