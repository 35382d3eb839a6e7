"""What can go wrong with a database, in sentences that say what to do."""

import re

from sqlalchemy.exc import SQLAlchemyError, TimeoutError

from skm.errors import SkmError


class StoreError(SkmError):
    """The database did not take it; nothing of it was stored."""


class Conflict(SkmError):
    """Somebody else changed this meanwhile: load it again and decide anew."""


TROUBLE = (SQLAlchemyError, OSError)
"""What drivers raise. A server that cannot be reached is an OSError of the driver's own."""

_ADVICE = {
    "database or disk is full": "The disk is full: free some space; nothing was stored.",
    "No space left on device": "The disk is full: free some space; nothing was stored.",
    "in a read-only transaction": "This PostgreSQL only reads: SKM_DATABASE_URL names a replica.",
    "the database system is": "PostgreSQL is starting or stopping: try again in a minute.",
    "readonly database": "The database file is read-only: let this user write to it.",
    "database is locked": "Another process holds the database: stop it, or use PostgreSQL.",
    "lock timeout": "Somebody else holds a table: stop what else uses the database, and try again.",
    "unable to open database file": (
        "The database file cannot be opened: does its folder exist, and may this user write there?"
    ),
    "disk I/O error": "The disk failed while writing: check it; nothing was stored.",
    "file is not a database": "The database file is not one of ours: check SKM_DATABASE_URL.",
    "database disk image is malformed": "The database file is damaged: restore the last backup.",
    "password authentication failed": "PostgreSQL refused the password in SKM_DATABASE_URL.",
    'database "': "PostgreSQL has no such database: create it, or mend SKM_DATABASE_URL.",
    "too many clients": "PostgreSQL has no connection left: raise its max_connections.",
    "Connect call failed": "PostgreSQL cannot be reached: is it running where we look?",
    "prepared statement": "A pooler is between: add ?prepared_statement_cache_size=0 to the URL.",
    "rejected SSL upgrade": "This PostgreSQL speaks no TLS: set it up there, or leave sslmode out.",
    "certificate verify failed": "PostgreSQL's certificate is unknown here: set PGSSLROOTCERT.",
    "TimeoutError": "PostgreSQL does not answer: is it running where we look?",
}


# A driver repeats what it could not take, and that may be what somebody said.
_VALUE = re.compile(r"(query argument \$\d+|invalid input (?:syntax|value) for [\w ]+): .*")


def told(error: BaseException) -> BaseException:
    """The error as the operator is told it; what is no trouble of the database stays as it is.

    Raise it `from None`: what drivers say shows the row that they refused, and so what people said.
    """
    if not isinstance(error, TROUBLE) or isinstance(error, SkmError):
        return error
    if isinstance(error, TimeoutError):
        return StoreError("The database is busy with other readers: try again in a minute.")
    said = str(getattr(error, "orig", None) or error)
    return advised(said or type(error).__name__)


def advised(said: str) -> StoreError:
    """What to do about what a driver said."""
    for sign, advice in _ADVICE.items():
        if sign in said:
            return StoreError(advice)
    first = _VALUE.sub(r"\1", said.splitlines()[0]) if said else "no reason given"
    return StoreError(f"The database refused ({first[:200]}); nothing was stored.")
