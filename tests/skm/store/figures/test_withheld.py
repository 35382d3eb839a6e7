"""What is kept back where few answered, as it is easily forgotten; each of it was once shown.

tests/promises/test_differencing_over_time.py looks for whatever else might follow.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.report import Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.figures import reports
from skm.store.periods import closings, dossiers
from skm.store.survey import responses, upps
from skm.survey.instrument import Instrument
from skm.survey.response import Response
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import call

TODAY = date(2026, 4, 20)
JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")
NEWER = replace(SKM9, version="skm9-3")


def response_of(unit: str, version: str, day: date, number: int) -> Response:
    answers = {item.id: 1 + number % 4 for item in SKM9.items}
    at = datetime.combine(day, time(3, number % 60), UTC)
    id = f"{unit}-{version}-{day:%m}-{number}"
    plain = Response(id, unit, "", None, version, answers, at, channel="web")
    return replace(plain, respondent=id)


async def answered(db: Database, unit: str, day: date, n: int, instrument: Instrument) -> None:
    rows = [(response_of(unit, instrument.version, day, at), day) for at in range(n)]
    await db.write(lambda conn: responses.insert_many(conn, rows, instrument))


async def test_few_of_many_who_answered_the_new_questionnaire_follow_from_nothing(
    db: Database,
) -> None:
    """10 + 3 in A, 14 and 20 to the new one in B and C: all together minus B and C is three."""
    await db.write(lambda conn: upps.put(conn, [Upp(code, code) for code in "ABC"]))
    await answered(db, "A", date(2026, 1, 10), 10, SKM9)
    for unit, n in (("A", 3), ("B", 14), ("C", 20)):
        await answered(db, unit, date(2026, 1, 20), n, NEWER)
    found = await db.read(lambda conn: shown_of(conn, JANUARY))
    assert {report.upp for report in found if report.is_shown} == {"C"}


async def test_the_mean_of_units_is_made_of_figures_that_are_shown(db: Database) -> None:
    await db.write(lambda conn: upps.put(conn, [Upp(code, code) for code in "ABCD"]))
    for unit, n in (("A", 3), ("B", 6), ("C", 14), ("D", 20)):
        await answered(db, unit, date(2026, 1, 20), n, SKM9)
    whole = await db.read(lambda conn: reports.of_instansi(conn, JANUARY))
    assert [own.upp for own in whole.terukur] == ["C", "D"]
    assert whole.gabungan.is_shown


async def test_what_was_withheld_stays_so_in_the_trend_that_a_closing_keeps(db: Database) -> None:
    """Also when more answers have come in since."""
    await db.write(lambda conn: upps.put(conn, [Upp(code, code) for code in "ABC"]))
    for unit, n in (("A", 3), ("B", 6), ("C", 14)):
        for month in (JANUARY, FEBRUARY):
            await answered(db, unit, month.start, n, SKM9)
    at = datetime(2026, 4, 20, tzinfo=UTC)
    await db.write(lambda conn: closings.close(conn, FEBRUARY, TODAY, at, None))
    await answered(db, "A", JANUARY.start, 9, SKM9)
    found = [await db.read(call(dossiers.of, Upp(code, code), FEBRUARY)) for code in "ABC"]
    assert [one.upp.code for one in found if one.before.is_shown] == ["C"]


async def shown_of(conn: AsyncConnection, period: Period) -> list[Report]:
    return await reports.of_each(conn, await upps.listed(conn), period)
