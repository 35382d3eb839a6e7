"""Draws docs/architecture.svg: `python -m tests.tools.architecture_picture`.

Each band is a layer: its parts import only from the same band and from those below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "architecture.svg"

WIDTH, MARGIN, GAP = 1180, 16, 8
TITLE, BOX = 24, 50  # heights, in pixels
HEIGHT = TITLE + BOX + GAP
FONT = "font-family='Helvetica, Arial, sans-serif'"


@dataclass(frozen=True)
class Part:
    """A folder or file, what it is for, and the steps of an answer that happen in it."""

    path: str
    purpose: str
    steps: str = ""


@dataclass(frozen=True)
class Band:
    """A layer: its title, its colour and its parts."""

    title: str
    colour: str
    parts: tuple[Part, ...]


BANDS = (
    Band(
        "Start here: the command skm, and the parts put together",
        "#dbeafe",
        (
            Part("bot/cli", "the command skm"),
            Part("bot/app.py", "builds the parts, serves"),
            Part("bot/inbox.py", "receives every message", "2"),
            Part("bot/duties.py", "scheduled jobs, in order"),
        ),
    ),
    Band(
        "Channels: requests come in, messages go out",
        "#e0e7ff",
        (
            Part("bot/telegram", "Bot API", "1 6"),
            Part("bot/whatsapp", "Cloud API"),
            Part("bot/web", "survey, results, officials"),
            Part("bot/terminal", "skm chat"),
        ),
    ),
    Band(
        "What happens with a message, and what is sent without being asked",
        "#ede9fe",
        (
            Part("bot/citizen", "the survey as a chat", "3"),
            Part("bot/official", "commands of officials"),
            Part("bot/scheduled", "digests, alerts, reminders"),
            Part("bot/doctor", "checks of a deployment"),
        ),
    ),
    Band(
        "From values to text and files",
        "#fae8ff",
        (
            Part("bot/words", "text for officials"),
            Part("bot/documents", "official documents"),
            Part("bot/paper", "photos of forms"),
            Part("bot/request", "who asks for what"),
            Part("bot/messaging", "messages, texts, outbox"),
            Part("bot/running", "settings, logs, metrics"),
        ),
    ),
    Band(
        "skm/store: SQLite or PostgreSQL, one small repository per noun",
        "#dcfce7",
        (
            Part("skm/store/survey", "visits, responses", "5"),
            Part("skm/store/officials", "deliveries, log"),
            Part("skm/store/figures", "reports, digests"),
            Part("skm/store/periods", "closed periods"),
            Part("skm/store/intake", "batches"),
            Part("skm/store/paper", "paper forms"),
            Part("skm/store/upkeep", "backup, purge, move"),
            Part("skm/store/database", "writer, migrations"),
        ),
    ),
    Band(
        "skm/output: files made from values; skm/files, skm/vision: files and photos read",
        "#fef9c3",
        (
            Part("skm/output/charts", "PNG with matplotlib"),
            Part("skm/output/documents", "PDF, DOCX"),
            Part("skm/output/workbooks", "XLSX"),
            Part("skm/vision", "photos of paper forms"),
            Part("skm/files", "reads spreadsheets"),
        ),
    ),
    Band(
        "skm: the rules. Standard library only, no clock, no random numbers",
        "#ffedd5",
        (
            Part("skm/instansi", "units, periods"),
            Part("skm/survey", "interview", "4"),
            Part("skm/privacy", "small groups"),
            Part("skm/statistics", "bounds, trends"),
            Part("skm/figures", "IKM, reports"),
            Part("skm/quality", "flags"),
            Part("skm/follow_up", "improvements"),
            Part("skm/submissions", "reports handed in"),
            Part("skm/intake", "imported rows"),
            Part("skm/notices", "digest, alert"),
            Part("skm/paper", "paper forms"),
            Part("skm/closing", "frozen figures"),
        ),
    ),
)

CAPTION = "Imports go down, never up. The numbers follow one answer that is given on Telegram."


def svg() -> str:
    """The whole picture."""
    parts, top = list[str](), MARGIN
    for band in BANDS:
        parts += _band(band, top)
        top += HEIGHT + GAP
    parts.append(_text(MARGIN, top + 14, CAPTION, size=13))
    height = top + 14 + MARGIN
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}'"
        f" width='{WIDTH}' height='{height}' role='img'>"
        "<title>The folders of the SKM bot in layers</title>"
        f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>"
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def _band(band: Band, top: int) -> Iterator[str]:
    inner = WIDTH - 2 * MARGIN
    yield _box(MARGIN, top, inner, HEIGHT, band.colour)
    yield _text(MARGIN + GAP, top + 18, band.title, size=13, bold=True)
    width = (inner - GAP) / len(band.parts) - GAP
    for number, part in enumerate(band.parts):
        left = MARGIN + GAP + number * (width + GAP)
        yield _box(left, top + TITLE, width, BOX, "#ffffff")
        yield _text(left + 6, top + TITLE + 20, part.path, size=12, bold=True)
        yield _text(left + 6, top + TITLE + 38, part.purpose, size=11)
        for place, step in enumerate(reversed(part.steps.split())):
            yield from _badge(left + width - 12 - 19 * place, top + TITLE + 36, step)


def _badge(x: float, y: float, step: str) -> Iterator[str]:
    yield f"<circle cx='{x:.1f}' cy='{y}' r='8' fill='#1d4ed8'/>"
    yield (
        f"<text x='{x:.1f}' y='{y + 4}' {FONT} font-size='11' font-weight='bold' fill='#ffffff'"
        f" text-anchor='middle'>{step}</text>"
    )


def _box(left: float, top: float, width: float, height: float, colour: str) -> str:
    return (
        f"<rect x='{left:.1f}' y='{top}' width='{width:.1f}' height='{height}' rx='5'"
        f" fill='{colour}' stroke='#64748b' stroke-width='0.7'/>"
    )


def _text(left: float, base: float, text: str, *, size: int, bold: bool = False) -> str:
    weight = " font-weight='bold'" if bold else ""
    return (
        f"<text x='{left:.1f}' y='{base}' {FONT} font-size='{size}'{weight} fill='#0f172a'>"
        f"{escape(text)}</text>"
    )


if __name__ == "__main__":
    FILE.write_text(svg(), encoding="utf-8")
