"""Words which unsur move with satisfaction, as a chart and as lines that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.request.request import Topic
from bot.words.names import period_words
from bot.words.period import capital
from skm.figures.drivers import ENOUGH, RELIABLE, Driver, Drivers, Quadrant
from skm.instansi.period import Period
from skm.output.charts.quadrant import QuadrantChart, QuadrantPoint


@dataclass(frozen=True)
class DriverWording:
    """Words the drivers of one unit and period in the reader's language."""

    topic: Topic
    drivers: Drivers

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"drivers.{key}", **values)

    def chart(self, period: Period) -> QuadrantChart:
        """Returns the chart; its notes are `lines`."""
        found = self.drivers
        when = capital(period_words(self.topic, period))
        count = self.topic.say("chart.respondents", count=found.n)
        names = [self.say(quadrant) for quadrant in Quadrant]
        return QuadrantChart(
            title=self.say("title"),
            subtitle=f"{when} · {count}",
            points=[
                QuadrantPoint(each.unsur, each.nilai, each.r, each.is_clear) for each in found.each
            ],
            nilai=found.nilai,
            importance=found.r,
            corners=(names[0], names[1], names[2], names[3]),
            notes=self.lines(),
            across=self.say("across", line=found.nilai),
            up=self.say("up", line=found.r),
            clear=self.say("clear"),
            unclear=self.say("unclear"),
        )

    def lines(self) -> list[str]:
        """Returns which unsur are where, the warning where few answered, and what it rests on."""
        lines = [*self.warning(), *self.unclear(), *self.quadrants()]
        if self.drivers.same:
            lines.append(self.say("same", unsur=self._listed(self.drivers.same)))
        return [*lines, self.method()]

    def method(self) -> str:
        """What r and the lines are, and what they do not show."""
        return self.say("method")

    def alt(self) -> str:
        """What the chart shows, for readers who cannot see it."""
        return self.say("alt", lines=" ".join([*self.unclear(), *self.quadrants()]))

    def heads(self) -> list[str]:
        """The heads of a table's columns with r, its interval and the quadrant."""
        return [self.say(head) for head in ("column", "column_interval", "column_place")]

    def warning(self) -> list[str]:
        """That few answered; one line, or none."""
        if self.drivers.is_reliable:
            return []
        return [self.say("few", n=self.drivers.n, enough=RELIABLE)]

    def unclear(self) -> list[str]:
        """That all may be chance; one line, or none."""
        return [] if any(each.is_clear for each in self.drivers.each) else [self.say("unclear_all")]

    def quadrants(self) -> list[str]:
        """The unsur of each quadrant that has any, with their r."""
        return [
            self.say("line", quadrant=self.say(f"{quadrant}_long"), unsur=self._with_r(there))
            for quadrant in Quadrant
            if (there := self.drivers.within(quadrant))
        ]

    def r_interval(self, each: Driver) -> str:
        """The interval of an r, as a table shows it."""
        return self.say("interval", low=each.r_interval[0], high=each.r_interval[1])

    def place(self, each: Driver) -> str:
        """The quadrant of an unsur, and whether it may be another."""
        name = self.say(each.quadrant)
        return name if each.is_clear else self.say("place_maybe", quadrant=name)

    def _with_r(self, there: Sequence[Driver]) -> str:
        """Those that are certainly there first; where none is in any quadrant, all alike."""
        if self.unclear():
            return self._each(there)
        clear = [each for each in there if each.is_clear]
        maybe = [each for each in there if not each.is_clear]
        said = [self._each(clear)] if clear else []
        return "; ".join([*said, self.say("maybe", unsur=self._each(maybe))] if maybe else said)

    def _each(self, drivers: Sequence[Driver]) -> str:
        return ", ".join(
            self.say("one", unsur=self._listed([each.unsur]), r=each.r) for each in drivers
        )

    def _listed(self, unsur: Sequence[str]) -> str:
        short = self.topic.instansi.catalog.table(self.topic.language, "unsur_short")
        return ", ".join(f"{one} {short[one]}" for one in unsur)


def too_few(topic: Topic) -> str:
    """Returns why there are no drivers."""
    return topic.say("drivers.too_few", n=ENOUGH)
