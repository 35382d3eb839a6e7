"""Which surveys were deleted, so that a backup that still holds them is restored without.

What is kept of each is a digest of its receipt number, which is random: without the survey it leads
to nobody. It is in the database and, as of the last backup, in a file beside the backups: whichever
is at hand is enough.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database.batches import batches
from skm.store.database.engine import engine_for
from skm.store.database.errors import DRIVER_ERRORS, as_store_error
from skm.store.database.private_files import only_ours
from skm.store.database.upsert import insert_missing
from skm.store.schema.survey import deletion, response, visit
from skm.store.upkeep import forget

LIST = "deleted-surveys.txt"
"""The file in the folder of the backups; one digest a line."""


async def of(conn: AsyncConnection) -> set[str]:
    """All that are known; none in a database of an earlier schema."""
    if not await conn.run_sync(lambda sync: inspect(sync).has_table(deletion.name)):
        return set()
    return set(await conn.scalars(select(deletion.c.digest)))


async def of_database(url: str) -> set[str]:
    """The same of a database of any schema that is not otherwise open. Raises SkmError."""
    engine = engine_for(url)
    try:
        async with engine.connect() as conn:
            return await of(conn)
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()


async def replay(conn: AsyncConnection, digests: Collection[str]) -> int:
    """Deletes these surveys; returns how many were there."""
    if not digests:
        return 0
    for batch in batches({"digest": digest} for digest in sorted(digests)):
        await conn.execute(insert_missing(conn, deletion), batch)
    receipts = {
        receipt
        for table in (visit, response)
        for receipt in await conn.scalars(select(table.c.id))
        if forget.digest_of(receipt) in digests
    }
    return sum([await forget.delete(conn, batch) for batch in batches(sorted(receipts))])


# --- the list beside the backups -----------------------------------------------------------------


def listed(backup: Path) -> set[str]:
    """The digests in the list beside a backup; none where there is no list."""
    try:
        return set((backup.parent / LIST).read_text(encoding="utf-8").split())
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeDecodeError) as error:
        raise SkmError(f"{backup.parent / LIST} cannot be read: {error}.") from None


def add_to_list(backup: Path, digests: Iterable[str]) -> None:
    """Adds to the list beside a backup; makes none as long as nothing was deleted."""
    found = listed(backup) | set(digests)
    if not found:
        return
    file = backup.parent / LIST
    part = file.with_name(f"{LIST}.part")
    try:
        with open(part, "w", encoding="utf-8", opener=only_ours) as written:
            written.writelines(f"{digest}\n" for digest in sorted(found))
        part.replace(file)
    except OSError as error:
        raise SkmError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
