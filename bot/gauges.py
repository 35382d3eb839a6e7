"""What /metrics tells: what was counted since the start, and how things stand now."""

import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from bot.metrics import Labels, Metrics, family, gauge
from skm.delivery import State
from skm.store import totals
from skm.store.database import Database, StoreError

STARTED = time.time()
STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Now:
    """How things stand. `totals`: None while the database does not answer. `up`: for each
    messenger whether it answers us. `writing`: in the queue. `trouble`: by what, what is wrong.
    """

    totals: totals.Totals | None
    up: Mapping[str, bool]
    writing: int
    trouble: Mapping[str, str] = field(default_factory=dict)


async def measured(db: Database, up: Mapping[str, bool], trouble: Mapping[str, str]) -> Now:
    try:
        found = await db.read(totals.of)
    except StoreError:
        found = None
    return Now(found, up, db.queued, trouble)


def lines(metrics: Metrics, now: Now) -> Iterator[str]:
    """Everything in Prometheus' text format."""
    up: dict[Labels, float] = {(channel,): answers for channel, answers in now.up.items()}
    build: dict[Labels, float] = {(version("skm-bot"), sys.version.split()[0]): 1}
    yield from gauge("skm_build_info", "What runs.", build, ("version", "python"))
    yield from gauge("skm_database_up", "Whether the database answers.", now.totals is not None)
    if now.totals:
        yield from _stored(now.totals)
    yield from gauge("skm_writer_queue", "Writes that wait to be committed.", now.writing)
    yield from gauge("skm_channel_up", "Whether a messenger answers us.", up, ("channel",))
    wrong: dict[Labels, float] = {(about,): 1 for about in sorted(now.trouble)}
    yield from gauge("skm_trouble", "What fails and is tried again.", wrong, ("about",))
    yield from metrics.lines()
    yield from _process()


def _stored(found: totals.Totals) -> Iterator[str]:
    """What the database adds up to."""
    states: dict[Labels, float] = {(s.value,): found.deliveries.get(s, 0) for s in State}
    yield from gauge("skm_responses", "Responses that are stored.", found.responses)
    yield from gauge("skm_interviews_open", "Interviews under way.", found.open_interviews)
    yield from gauge("skm_deliveries", "Messages to officials, by state.", states, ("state",))
    yield from gauge("skm_database_size_bytes", "The database on disk.", found.size)
    if found.backed_up:
        yield from gauge(
            "skm_last_backup_timestamp_seconds",
            "When `skm backup` last succeeded.",
            found.backed_up.timestamp(),
        )


def _process() -> Iterator[str]:
    """Under the names that Prometheus' own clients use."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds: dict[Labels, float] = {(): used.ru_utime + used.ru_stime}
    yield from family("process_cpu_seconds_total", "counter", "CPU time.", seconds)
    yield from gauge("process_start_time_seconds", "When it started.", STARTED)
    if STATM.exists():
        pages = int(STATM.read_text(encoding="ascii").split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE")
        yield from gauge("process_resident_memory_bytes", "Memory in use.", memory)
