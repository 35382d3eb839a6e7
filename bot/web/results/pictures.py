"""Charts of published figures: the card that a shared link shows, and the trend."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.messaging.catalog import Catalog
from bot.request.chart_workers import ChartWorkers
from bot.words.period import capital, in_words, last, short
from skm.figures.ikm import mutu
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.output.charts.card import Card
from skm.output.charts.draw import Chart
from skm.output.charts.trend import Measured, Trend

CACHED = 256  # pictures in memory, about 30 kB each

TrendPoint = tuple[Period, Report | None]


class Pictures:
    """Draws each picture once and keeps the ones used last."""

    def __init__(self, catalog: Catalog, drawing: ChartWorkers, language: str) -> None:
        self.catalog, self.drawing, self.language = catalog, drawing, language
        self._drawn: OrderedDict[tuple[str, ...], bytes] = OrderedDict()

    async def png(self, key: tuple[str, ...], chart: Callable[[], Chart]) -> bytes | None:
        """The picture as PNG, None if it cannot be drawn now. `key`: everything that it depends
        on.
        """
        if key not in self._drawn:
            drawn = await self.drawing.picture(chart())
            if drawn is None:
                return None
            self._drawn[key] = drawn
            if len(self._drawn) > CACHED:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return self._drawn[key]

    def card(self, name: str, report: Report, ikm: Decimal) -> Card:
        """The card of a shared link: a name, a period and its index."""
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

    def trend(self, points: Sequence[TrendPoint]) -> Trend:
        """The trend over these points, which are periods of one kind, oldest first."""
        return Trend(
            title=self._say("chart.trend"),
            subtitle=last(self.catalog, self.language, [period for period, _ in points]),
            periods=[
                Measured(
                    short(self.catalog, self.language, period),
                    report.ikm if report else None,
                    report.interval if report else None,
                    questionnaire=report.instrument or "" if report else "",
                )
                for period, report in points
            ],
            interval=self._say("chart.interval"),
            imported=self._say("chart.imported"),
            missing=self._say("figure.missing"),
            changed=self._say("chart.changed"),
            locale=self.language,
        )

    def _say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, key, **values)
