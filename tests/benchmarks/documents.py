"""The city's half-year report: 155 units, two quarters, in each format; seconds and memory.

Each format is made in a process of its own, whose peak is read: what an operator waits for.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

FORMS = ("xlsx", "docx", "pdf")
PROGRAM = """
import asyncio, resource, sys, time
from datetime import UTC, datetime
from bot.app import opened
from bot.ask import Subject
from bot.documents import Documents, by_operator
from bot.settings import Settings
from skm.period import Period
from skm.store.demo.seed import seed
from skm.store.migrate import migrate

now, form = datetime(2026, 11, 23, 2, 15, tzinfo=UTC), sys.argv[2]
settings = Settings(database_url=sys.argv[1], secret_key="k" * 32, _env_file=None)

async def run():
    async with opened(settings, lambda: now) as app:
        if form == "seed":
            return await seed(app.db, app.inbox.instrument, zone=settings.zone, now=now)
        ask = by_operator(app.desk, Subject(None, (), Period.parse("2026-S2")), "id")
        begun = time.perf_counter()
        made = await Documents(app.inbox.instrument).file(ask, form=form)
        took = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(took, peak, len(made.content) / 1024)

if form == "seed":
    migrate(settings.database_url)
asyncio.run(run())
"""


def run() -> list[tuple[str, float | int | str, str]]:
    rows: list[tuple[str, float | int | str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'skm.db'}"
        _made(url, "seed")
        for form in FORMS:
            took, peak, size = map(float, _made(url, form).split())
            rows += [
                (f"half-year report as {form}", took, "s, at most 10"),
                (f"  peak, {form}", peak, "MB of the whole process, at most 500"),
                (f"  size, {form}", size, "kB"),
            ]
    return rows


def _made(url: str, form: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url, form], check=True, capture_output=True, text=True
    )
    return done.stdout
