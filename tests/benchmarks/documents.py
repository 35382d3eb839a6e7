"""The city's half-year report: 155 units, two quarters, in each format; seconds and memory.

Each format is made in a process of its own, whose peak is read: what an operator waits for. One
half-year is open, the other closed and read from what was kept with its closing.
"""

import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

FORMS = ("xlsx", "docx", "pdf")
HALVES = {"open": "2026-S2", "closed": "2026-S1"}
PROGRAM = """
import asyncio, resource, sys, time
from datetime import UTC, datetime
from bot.app import opened
from bot.request.request import Subject, Topic
from bot.documents.make import Documents
from bot.running.settings import Settings
from skm.instansi.period import Period
from skm.store.periods import closings
from skm.demo.seed import seed
from skm.store.database.migrate import migrate
from skm.store.figures.flags import FlagRules

now, form = datetime(2026, 11, 23, 2, 15, tzinfo=UTC), sys.argv[2]
period = Period.parse(sys.argv[3])
settings = Settings(database_url=sys.argv[1], secret_key="k" * 32, _env_file=None)

async def run():
    async with opened(settings, lambda: now) as app:
        if form == "seed":
            await seed(app.db, app.inbox.instrument, zone=settings.zone, now=now)
            begun = time.perf_counter()
            await app.db.write(lambda conn: closings.close(conn, period, now.date(), now, None))
            print(time.perf_counter() - begun)
            return
        topic = Topic(app.instansi, "id", Subject(None, (), period))
        begun = time.perf_counter()
        rules = FlagRules(app.inbox.instrument, app.instansi.zone)
        made = await Documents(rules).file(app.db, topic, form=form)
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
        closing = float(_made(url, "seed", HALVES["closed"]))
        rows.append(("closing a half-year of 155 units", closing, "s, once"))
        for state, form in product(HALVES, FORMS):
            took, peak, size = map(float, _made(url, form, HALVES[state]).split())
            rows += [
                (f"{state} half-year report as {form}", took, "s, at most 10"),
                (f"  peak, {form}", peak, "MB of the whole process, at most 500"),
                (f"  size, {form}", size, "kB"),
            ]
    return rows


def _made(url: str, form: str, period: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url, form, period],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
