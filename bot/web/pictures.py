"""Pictures of published figures: the one that a shared link shows, and the trend."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.catalog import Catalog
from bot.drawing import Drawing
from bot.phrase_period import capital, in_words, last, short
from skm.ikm import mutu
from skm.output.card import Card
from skm.output.charts import Chart
from skm.output.trend import Measured, Trend
from skm.period import Period
from skm.report import Report

KEPT = 256  # pictures in memory, some 30 kB each

Point = tuple[Period, Report | None]


class Pictures:
    """Draws each once, as long as it is asked for."""

    def __init__(self, catalog: Catalog, drawing: Drawing, language: str) -> None:
        self.catalog, self.drawing, self.language = catalog, drawing, language
        self._drawn: OrderedDict[tuple[str, ...], bytes] = OrderedDict()

    async def png(self, key: tuple[str, ...], chart: Callable[[], Chart]) -> bytes:
        """`key`: what the picture depends on."""
        if key not in self._drawn:
            self._drawn[key] = await self.drawing.picture(chart())
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return self._drawn[key]

    def card(self, name: str, report: Report, ikm: Decimal) -> Card:
        """The index that a shared link shows."""
        period = in_words(self.catalog, self.language, report.period)
        count = self._say("chart.respondents", count=report.responden)
        return Card(
            title=name,
            subtitle=f"{capital(period)} · {count}",
            label=self._say("document.index"),
            ikm=ikm,
            kinerja=self._say(f"mutu.{mutu(ikm)}"),
            locale=self.language,
        )

    def trend(self, points: Sequence[Point]) -> Trend:
        """The index of closed periods of one kind, oldest first."""
        return Trend(
            title=self._say("chart.trend"),
            subtitle=last(self.catalog, self.language, [period for period, _ in points]),
            periods=[
                Measured(
                    short(self.catalog, self.language, period),
                    report.ikm if report else None,
                    report.interval if report else None,
                )
                for period, report in points
            ],
            interval=self._say("chart.interval"),
            imported=self._say("chart.imported"),
            missing=self._say("figure.missing"),
            locale=self.language,
        )

    def _say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, key, **values)
