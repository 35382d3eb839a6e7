"""Five charts: values in, a PNG out.

The same values give the same bytes, so that what was sent can be told by its hash. matplotlib is
loaded with the first drawing. For many charts, `draw` can be given to a pool of processes.
"""

from functools import cache
from threading import Lock
from typing import Final

from skm.output.bars import Bars, draw_bars
from skm.output.canvas import Canvas
from skm.output.funnel import Funnel, draw_funnel
from skm.output.heatmap import HeatMap, draw_heat_map
from skm.output.trend import Trend, draw_trend

Chart = Bars | Trend | HeatMap | Funnel

_ONE_AT_A_TIME: Final = Lock()


def draw(chart: Chart) -> bytes:
    with _ONE_AT_A_TIME:
        canvas = _canvas()
        canvas.clear()
        return canvas.png(_draw(canvas, chart))


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


@cache
def _canvas() -> Canvas:
    """The one sheet of this process."""
    return Canvas()
