"""A closed period has one figure, whichever chat, digest, page or document shows it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from skm.figures.report import Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.quality.flag import Thresholds
from skm.store.database.database import Database
from skm.store.figures import digests, reports
from skm.store.periods import closings, dossiers
from skm.store.survey import upps
from tests.skm.store.figures.test_withheld import answered
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import call

JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")
NOW = datetime(2026, 4, 20, tzinfo=UTC)
ONE, OTHER = Upp("A", "A", population=500), Upp("B", "B")


@pytest.fixture
async def city(db: Database) -> Database:
    """January is closed; one response and a new population came later."""
    await db.write(lambda conn: upps.put(conn, [ONE, OTHER]))
    for unit in (ONE, OTHER):
        for period in (JANUARY, FEBRUARY):
            await answered(db, unit.code, period.start, 8, SKM9)
    await db.write(lambda conn: closings.close(conn, JANUARY, NOW.date(), NOW, None))
    await answered(db, ONE.code, date(2026, 1, 20), 9, SKM9)  # eight are there
    await db.write(lambda conn: upps.put(conn, [Upp("A", "A", population=900)]))
    return db


async def trends(db: Database, upp: Upp | None) -> dict[str, list[Report]]:
    """All that show January's figure of a unit (None: of all), by what shows it."""
    digest = await db.read(
        call(digests.of, upp, FEBRUARY, ZoneInfo("Asia/Jakarta"), SKM9, Thresholds(), NOW.date())
    )
    document = await db.read(
        call(dossiers.of, upp, FEBRUARY) if upp else call(dossiers.of_city, FEBRUARY)
    )
    return {
        "report": [await db.read(call(reports.of, upp, JANUARY))],
        "charts": await db.read(call(reports.series, upp, FEBRUARY.last(12))),
        "digest": digest.trend,
        "document": document.trend,
    }


@pytest.mark.parametrize("upp", [ONE, None], ids=["a unit", "all"])
async def test_a_late_response_changes_no_trend(city: Database, upp: Upp | None) -> None:
    found = await trends(city, upp)
    january = {
        name: [(each.responden, each.ikm, each.interval) for each in row if each.period == JANUARY]
        for name, row in found.items()
    }
    [frozen] = january.pop("report")
    assert frozen[0] == (8 if upp else 16)
    assert all(figures == [frozen] for figures in january.values()), january


async def test_units_in_a_list_have_the_figures_of_their_own_reports(city: Database) -> None:
    units = await city.read(upps.listed)
    for period in (JANUARY, FEBRUARY):
        each = await city.read(call(reports.of_each, units, period))
        own = [await city.read(call(reports.of, unit, period)) for unit in units]
        assert each == own


async def test_a_unit_that_was_not_there_when_a_period_was_closed_has_no_figures_in_it(
    city: Database,
) -> None:
    new = Upp("C", "C")
    await city.write(lambda conn: upps.put(conn, [new]))
    await answered(city, new.code, date(2026, 1, 20), 7, SKM9)
    assert (await city.read(call(reports.of, new, JANUARY))).responden == 0
    assert (await city.read(call(reports.current, new, JANUARY))).responden == 7
