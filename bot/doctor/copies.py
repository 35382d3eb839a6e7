"""What `skm doctor` says about copies of the database: old ones still hold what was deleted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.doctor.checks import CheckResults, advice, ok
from bot.running.settings import Settings
from skm.store.upkeep.postgres_backup import MAGIC as POSTGRES
from skm.store.upkeep.sqlite_backup import file_of

KEPT = timedelta(days=30)  # as deploy/skm-backup.service keeps backups
SQLITE = b"SQLite format 3\0"


async def old_copies(settings: Settings, now: datetime) -> CheckResults:
    """Backups and replaced databases that are older than KEPT, in the folder of the database and in
    that of the backups (deploy/skm-backup.service) beside it.
    """
    found = list(_older_than(settings, now - KEPT))
    if not found:
        yield ok("copies", f"No copy of the database here is older than {KEPT.days} days.")
        return
    files = ", ".join(str(file) for file in found)
    said = f"{files}: older than {KEPT.days} days, with what was deleted since"
    yield advice("copies", f"{said}. Delete these files.")


def _older_than(settings: Settings, moment: datetime) -> Iterator[Path]:
    database = file_of(settings.database_url)
    folder = (database or Path("skm.db")).absolute().parent
    for place in (folder, folder.with_name(f"{folder.name}-backup")):
        for file in sorted(place.glob("*")):
            if not file.is_file() or _is(file, database) or not _is_copy(file):
                continue
            if datetime.fromtimestamp(file.stat().st_mtime, UTC) < moment:
                yield file


def _is(file: Path, database: Path | None) -> bool:
    return database is not None and file.resolve() == database.resolve()


def _is_copy(file: Path) -> bool:
    try:
        with file.open("rb") as start:
            return start.read(len(SQLITE)).startswith((SQLITE, POSTGRES))
    except OSError:  # another user's: not ours to judge
        return False
