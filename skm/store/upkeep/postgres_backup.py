"""Backups of PostgreSQL with pg_dump and pg_restore, of the same snapshot that was checked."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from skm.store.database.errors import DRIVER_ERRORS, as_store_error
from skm.store.survey import rollup
from skm.store.upkeep.sqlite_backup import BackupError

MAGIC = b"PGDMP"
FROZEN = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
SSL = {"True": "require", "true": "require", "1": "require"}


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs; raises BackupError if it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BackupError(
            f"{name} is not here: install PostgreSQL's client programs (Debian: postgresql-client)"
            " in the server's version, or let its host make the backups."
        )
    return found


def is_dump(file: Path) -> bool:
    """Whether pg_dump wrote it (custom format)."""
    if file.is_dir():
        raise BackupError(f"{file} is a folder: name the file that `skm backup` wrote.")
    if not file.is_file():
        raise BackupError(f"{file} is not there.")
    with file.open("rb") as start:
        return start.read(len(MAGIC)) == MAGIC


def environment(url: URL) -> Mapping[str, str]:
    """The connection as environment variables: other users can read the arguments of a process."""
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    hosts, ports = _addresses(url)
    ssl = query.get("sslmode") or query.get("ssl", "")
    given = {
        "PGHOST": hosts,
        "PGPORT": ports,
        "PGUSER": url.username or query.get("user", ""),
        "PGPASSWORD": url.password or query.get("password", ""),
        "PGDATABASE": url.database or "",
        "PGSSLMODE": SSL.get(ssl, ssl),
        "PGTARGETSESSIONATTRS": query.get("target_session_attrs", ""),
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}}


def _addresses(url: URL) -> tuple[str, str]:
    """Hosts and ports as libpq reads them, with commas; several stand in the URL's query."""
    if url.host:
        return url.host, str(url.port or "")
    asked = url.query.get("host", ())
    pairs = [
        (name, port) if port.isdecimal() else (host, "")
        for host in ([asked] if isinstance(asked, str) else asked)
        for name, _, port in [host.rpartition(":")]
    ]
    ports = [port for _, port in pairs if port] or [str(url.query.get("port", ""))]
    return ",".join(host for host, _ in pairs), ",".join(ports)


async def dump(url: str, file: Path) -> None:
    """Checks a snapshot of the database and writes that snapshot; raises SkmError."""
    command, listing = program("pg_dump"), program("pg_restore")
    engine = create_async_engine(make_url(url), hide_parameters=True)
    try:
        async with engine.execution_options(**FROZEN).connect() as conn:
            snapshot = await conn.scalar(text("SELECT pg_export_snapshot()"))
            wrong = await rollup.count_differences(conn)
            if wrong:
                raise BackupError(
                    f"{wrong} rows of the rollup do not follow from the responses: `skm recount`"
                    " corrects them."
                )
            await run(
                url, command, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={snapshot}", f"--file={file}",
            )  # fmt: skip
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()
    await run(url, listing, "--list", str(file))


async def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Fills an empty database in one transaction; `force` deletes its content first."""
    clear = ["--clean", "--if-exists"] if force else []
    await run(
        url, program("pg_restore"), *clear, "--no-owner", "--no-privileges", "--exit-on-error",
        "--single-transaction", f"--dbname={make_url(url).database}", str(file),
    )  # fmt: skip


async def run(url: str, *command: str) -> None:
    """Runs a program; raises BackupError with its error message."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment(make_url(url)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["no message"]
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise BackupError(_advised(Path(command[0]).name, errors[0]))


def _advised(name: str, said: str) -> str:
    """The advice for an error message of a program."""
    if "version mismatch" in said:
        return f"{name} is older than the server: install the server's version of it."
    if "already exists" in said:
        return "The database is not empty: add --force to clear it first."
    return f"{name} failed: {said[:300]}"


@asynccontextmanager
async def scratch(url: str, name: str) -> AsyncIterator[str]:
    """The URL of an empty database on the same server, dropped afterwards."""
    server, own = make_url(url), f"skm_drill_{name}"
    if not server.drivername.startswith("postgresql"):
        raise BackupError(
            "This is a backup of PostgreSQL: set SKM_DATABASE_URL to a server to open it on."
        )
    await _administer(server, f'CREATE DATABASE "{own}"')
    try:
        yield server.set(database=own).render_as_string(hide_password=False)
    finally:
        await _administer(server, f'DROP DATABASE "{own}" WITH (FORCE)')


async def _administer(server: URL, command: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        async with engine.connect() as conn:
            await conn.execute(text(command))
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()
