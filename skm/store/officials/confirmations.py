"""One-time confirmations of acts that cannot be undone.

An act is the command that does it, "/tutup 2026-Q3". When it is asked for, the question gets a
button with the command and a code: "/tutup 2026-Q3 #K7Q2M9XD". The code is bound to the person and
to this command and is used up by the first attempt, so no forwarded, prefilled or repeated message
can confirm anything.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.privacy.pseudonym import new_code
from skm.store.database.upsert import insert_or_replace
from skm.store.schema.officials import confirmation as table

MARK = "#"  # before a code, so that no word is taken for one
CODE_LENGTH = 8  # of 32 letters: 40 bits, for a single attempt
VALID = timedelta(minutes=10)


async def ask(
    conn: AsyncConnection, person: str, command: str, now: datetime, words: str = ""
) -> str:
    """Returns the command with the code that confirms it; earlier codes of the person end.

    `words`: belong to the act and are kept with it, because a button has no room for them.
    """
    code = new_code(CODE_LENGTH)
    row = {
        "person": person,
        "code_hash": _hash(code),
        "act": f"{command}\n{words}",
        "expires_at": now + VALID,
    }
    await conn.execute(insert_or_replace(conn, table), row)
    return f"{command} {MARK}{code}"


def without_code(argument: str) -> tuple[str, str]:
    """(the argument without its code, the code or "")."""
    before, _, last = f" {argument}".rpartition(" ")
    if last.startswith(MARK):
        return before.strip(), last.removeprefix(MARK)
    return argument, ""


async def confirmed(
    conn: AsyncConnection, person: str, command: str, code: str, now: datetime
) -> str | None:
    """Uses up the person's confirmation; returns the words of the act, "" without any.

    None if `code` does not confirm this command of this person, or did so before.
    """
    if not code:
        return None
    query = select(table.c.code_hash, table.c.act, table.c.expires_at)
    found = (await conn.execute(query.where(table.c.person == person).with_for_update())).first()
    if found is None:
        return None
    await conn.execute(delete(table).where(table.c.person == person))
    asked, _, words = found.act.partition("\n")
    right = found.code_hash == _hash(code) and asked == command and now < found.expires_at
    return words if right else None


async def purge(conn: AsyncConnection, now: datetime) -> int:
    """Deletes those that have expired; returns how many."""
    return (await conn.execute(delete(table).where(table.c.expires_at <= now))).rowcount


def _hash(code: str) -> str:
    return sha256(code.upper().encode()).hexdigest()
