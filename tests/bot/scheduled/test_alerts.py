"""An alert that the index fell names only figures that may be shown."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.scheduled.alerts import Alerts
from skm.instansi.upp import Upp
from skm.notices.alert import AlertKind
from skm.store.officials import alerts
from skm.store.survey import responses, upps
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import Desk, a_desk
from tests.tools.store_city import call, given_by

SEPTEMBER, OCTOBER = date(2026, 9, 10), date(2026, 10, 10)  # today is in November


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        units = [Upp("RAMAI", "Ramai"), Upp("SEPI", "Sepi"), Upp("SEDANG", "Sedang")]
        await desk.db.write(call(upps.put, units))
        yield desk


async def fell(desk: Desk, counts: dict[str, tuple[int, int]]) -> set[str]:
    """The units with an alert. `counts`: unit → how many answered 4 and then 1 to everything."""
    rows = [
        (given_by(f"{unit}{day:%m}{number}", nilai, unit), day)
        for unit, (before, now) in counts.items()
        for day, n, nilai in ((SEPTEMBER, before, 4), (OCTOBER, now, 1))
        for number in range(n)
    ]
    await desk.db.write(call(responses.insert_many, rows, SKM9))
    await desk.db.write(Alerts(desk.db, desk.instansi, silent_days=99).detect)
    raised = await desk.db.read(call(alerts.open_below, None))
    return {one.alert.upp for one in raised if one.alert.kind is AlertKind.DROP}


async def test_four_answers_raise_no_alert_that_the_index_fell(desk: Desk) -> None:
    assert await fell(desk, {"RAMAI": (40, 40), "SEPI": (40, 4), "SEDANG": (40, 30)}) == {"RAMAI"}


async def test_a_unit_from_which_four_answers_would_follow_raises_none_either(desk: Desk) -> None:
    """All together minus RAMAI and SEDANG would be the index of the four in SEPI."""
    assert await fell(desk, {"RAMAI": (50, 40), "SEPI": (4, 40), "SEDANG": (40, 30)}) == {"RAMAI"}


async def test_where_all_figures_may_be_shown_each_fall_is_an_alert(desk: Desk) -> None:
    counts = {"RAMAI": (40, 40), "SEPI": (40, 10), "SEDANG": (40, 30)}
    assert await fell(desk, counts) == set(counts)
