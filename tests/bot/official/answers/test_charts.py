"""`/grafik`: which charts an official gets, and what they say."""

import pytest

from bot.official.answers import charts
from skm.instansi.period import Period
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import a_desk
from tests.tools.officials_city import settle


async def test_a_picture_of_the_lowest_units_says_of_how_many(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "ROWS", 1)
    async with a_desk(database_url) as desk:
        await settle(desk)
        topic = desk.topic(None, Period.parse("2026-Q4"))
        found = dict(await desk.db.read(lambda conn: charts.charts(conn, topic, SKM9)))
    for name in ("ranking", "unsur"):
        assert found[name].subtitle.endswith(" · 1 terendah dari 2 unit; semuanya di /peringkat")
