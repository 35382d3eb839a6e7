"""The users of units from CSV files. All rows are checked before the first one is stored."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.users import Users
from skm.intake import users as counted
from skm.intake.csv_rows import CsvFileError, Problem
from skm.store.database.database import Database
from skm.store.figures import closed
from skm.store.survey import upps, users


@dataclass
class Imported:
    """What came of a sheet: how many rows are new, how many were there, what is wrong."""

    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


async def import_users(db: Database, path: Path, fields: Mapping[str, Collection[str]]) -> Imported:
    """Replaces the users of each unit and period in the file; with a problem nothing is stored.
    `fields`: field of the profile → its options. Raises CsvFileError, or SkmError for a closed
    period, whose documents stay as they are.
    """

    async def put(conn: AsyncConnection) -> Imported:
        known = {unit.code for unit in await upps.listed(conn)}
        read = counted.read(lines(path), known, fields)
        if problems := [one for one in read if isinstance(one, Problem)]:
            return Imported(problems=problems)
        found = [one for one in read if isinstance(one, Users)]
        for period in {one.period for one in found}:
            if await closed.of(conn, period):
                raise SkmError(f"{period} is closed: whom it served can no longer be changed.")
        await users.put(conn, found)
        return Imported(new=len(found))

    return await db.write(put)


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file with their ends; raises CsvFileError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from file
    except UnicodeDecodeError:
        raise CsvFileError(f"{path} is not UTF-8: save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise CsvFileError(f"{path} cannot be read: {error.strerror}.") from None
