"""Draws charts: values in, a PNG out.

The same values give the same bytes, so that a picture can be identified by its hash. matplotlib
is imported with the first drawing.
"""

import io
from typing import TYPE_CHECKING

from skm.output.charts.bars import Bars, draw_bars
from skm.output.charts.canvas import WIDTH, Canvas
from skm.output.charts.card import Card, draw_card
from skm.output.charts.control import ControlChart, draw_control
from skm.output.charts.funnel import Funnel, draw_funnel
from skm.output.charts.heatmap import HeatMap, draw_heat_map
from skm.output.charts.quadrant import QuadrantChart, draw_quadrant
from skm.output.charts.trend import Trend, draw_trend

if TYPE_CHECKING:
    from PIL.Image import Image

Chart = Bars | Trend | HeatMap | Funnel | ControlChart | QuadrantChart | Card


def draw(*charts: Chart) -> bytes:
    """Returns a PNG, WIDTH pixels wide; several charts stand below each other. It is RGB, since
    WhatsApp takes no palette.

    Raises ValueError for a chart with more rows than a canvas is high.
    """
    from PIL import Image

    pictures = [_picture(chart) for chart in charts]
    whole = Image.new("RGB", (WIDTH, sum(one.height for one in pictures)))
    y = 0
    for one in pictures:
        whole.paste(one, (0, y))
        y += one.height
    out = io.BytesIO()
    whole.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _picture(chart: Chart) -> "Image":
    canvas = Canvas()
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
        case ControlChart():
            return draw_control(canvas, chart)
        case QuadrantChart():
            return draw_quadrant(canvas, chart)
        case Card():
            return draw_card(canvas, chart)
