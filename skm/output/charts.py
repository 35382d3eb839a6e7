"""Charts: values in, a PNG out.

The same values give the same bytes, so that what was sent can be told by its hash. matplotlib is
loaded with the first drawing. Threads may call `draw`, but take turns; for many charts give it to
a pool of processes.
"""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

from skm.output.bars import Bars, draw_bars
from skm.output.canvas import Canvas
from skm.output.card import Card, draw_card
from skm.output.funnel import Funnel, draw_funnel
from skm.output.heatmap import HeatMap, draw_heat_map
from skm.output.png import png
from skm.output.trend import Trend, draw_trend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Chart = Bars | Trend | HeatMap | Funnel | Card

_ONE_AT_A_TIME: Final = Lock()


def draw(*charts: Chart) -> bytes:
    """A PNG, 720 pixels wide; several charts stand below each other."""
    import numpy as np

    with _ONE_AT_A_TIME:
        return png(np.vstack([_picture(_canvas(), chart) for chart in charts]))


def _picture(canvas: Canvas, chart: Chart) -> "NDArray[np.uint8]":
    canvas.clear()
    return canvas.picture(_draw(canvas, chart))


def _draw(canvas: Canvas, chart: Chart) -> float:
    match chart:
        case Bars():
            return draw_bars(canvas, chart)
        case Trend():
            return draw_trend(canvas, chart)
        case HeatMap():
            return draw_heat_map(canvas, chart)
        case Funnel():
            return draw_funnel(canvas, chart)
        case Card():
            return draw_card(canvas, chart)


@cache
def _canvas() -> Canvas:
    """The one sheet of this process."""
    return Canvas()
