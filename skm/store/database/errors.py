"""Database errors as messages that tell an operator what to do."""

import re

from sqlalchemy.exc import SQLAlchemyError, TimeoutError

from skm.errors import SkmError


class StoreError(SkmError):
    """The database failed or refused; nothing of the transaction was stored."""


class Conflict(SkmError):
    """The row was changed by someone else since it was read: read it again and decide anew."""


DRIVER_ERRORS = (SQLAlchemyError, OSError)
"""What SQLAlchemy and its drivers raise; asyncpg raises OSError for an unreachable server."""

_ADVICE = {
    "database or disk is full": "The disk is full: free some space; nothing was stored.",
    "No space left on device": "The disk is full: free some space; nothing was stored.",
    "in a read-only transaction": "This PostgreSQL only reads: SKM_DATABASE_URL names a replica.",
    "the database system is": "PostgreSQL is starting or stopping: try again in a minute.",
    "readonly database": "The database file is read-only: let this user write to it.",
    "database is locked": "Another process holds the database: stop it, or use PostgreSQL.",
    "lock timeout": "Another process holds a table: stop what else uses the database, and retry.",
    "unable to open database file": (
        "The database file cannot be opened: does its folder exist, and may this user write there?"
    ),
    "disk I/O error": "The disk failed while writing: check it; nothing was stored.",
    "file is not a database": "The file is not an SKM database: check SKM_DATABASE_URL.",
    "database disk image is malformed": "The database file is damaged: restore the last backup.",
    "password authentication failed": "PostgreSQL refused the password in SKM_DATABASE_URL.",
    'database "': "PostgreSQL has no such database: create it, or correct SKM_DATABASE_URL.",
    "too many clients": "PostgreSQL has no connection left: raise its max_connections.",
    "Connect call failed": "PostgreSQL cannot be reached: is it running at this address?",
    "prepared statement": "A pooler is between: add ?prepared_statement_cache_size=0 to the URL.",
    "rejected SSL upgrade": "This PostgreSQL offers no TLS: enable it, or leave sslmode out.",
    "certificate verify failed": "PostgreSQL's certificate is not trusted: set PGSSLROOTCERT.",
    "TimeoutError": "PostgreSQL does not answer: is it running at this address?",
}
"""A part of the driver's message → the advice."""

# Drivers quote a value that they refuse; it may be what a respondent wrote.
_QUOTED_VALUE = re.compile(r"(query argument \$\d+|invalid input (?:syntax|value) for [\w ]+): .*")


def as_store_error(error: BaseException) -> BaseException:
    """Returns the StoreError that explains a driver's error; any other error as it is.

    Raise it `from None`: the driver's message quotes the row that it refused.
    """
    if not isinstance(error, DRIVER_ERRORS) or isinstance(error, SkmError):
        return error
    if isinstance(error, TimeoutError):
        return StoreError("All database connections are in use: try again in a minute.")
    message = str(getattr(error, "orig", None) or error)
    return store_error(message or type(error).__name__)


def store_error(message: str) -> StoreError:
    """Returns the StoreError for a driver's message."""
    for part, advice in _ADVICE.items():
        if part in message:
            return StoreError(advice)
    lines = message.splitlines() or ["no reason given"]
    reason = _QUOTED_VALUE.sub(r"\1", lines[0])
    return StoreError(f"The database refused ({reason[:200]}); nothing was stored.")
