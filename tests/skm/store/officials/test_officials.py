"""Officials, invitations and the log, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from skm.errors import SkmError
from skm.instansi.official import AuditEvent, Invitation, Official, Role
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.officials import audit_log, invitations, officials
from skm.store.schema import officials as schema_officials
from skm.store.survey import upps

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
OFFICER = Invitation(Role.OFFICER, "PAJANG", "Sri")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        await opened.write(lambda conn: upps.put(conn, [Upp("PAJANG", "Puskesmas Pajang")]))
        yield opened


async def enrolled(db: Database, invited: Invitation = OFFICER, person: str = "p1") -> Official:
    return await db.write(
        lambda conn: officials.add(conn, invited, person, "telegram", "7", "id", NOW)
    )


async def invited(db: Database, wanted: Invitation = OFFICER) -> str:
    return await db.write(lambda conn: invitations.create(conn, wanted, NOW))


async def spent(db: Database, token: str, now: datetime = NOW) -> Invitation | None:
    found = await db.write(lambda conn: invitations.spend(conn, token, now))
    return found.invited if found else None


# --- invitations ---------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [OFFICER, Invitation(Role.ADMIN), Invitation(Role.VIEWER)])
async def test_a_token_gives_what_was_invited_to_once(db: Database, wanted: Invitation) -> None:
    token = await invited(db, wanted)
    assert await spent(db, token) == wanted
    assert await spent(db, token) is None


@pytest.mark.parametrize(("after", "works"), [(0, True), (6.99, True), (7, False), (30, False)])
async def test_a_token_expires_after_seven_days(db: Database, after: float, works: bool) -> None:
    token = await invited(db)
    assert (await spent(db, token, NOW + timedelta(days=after)) is not None) == works


async def test_of_people_who_use_a_token_at_once_one_gets_it(db: Database) -> None:
    token = await invited(db)
    got = await asyncio.gather(*(spent(db, token) for _ in range(20)))
    assert [each for each in got if each] == [OFFICER]


async def test_the_token_itself_is_stored_nowhere(db: Database) -> None:
    token = await invited(db)
    [row] = await db.read(lambda conn: conn.execute(select(schema_officials.invitation)))
    assert token not in str(row)


async def test_nobody_is_invited_to_a_unit_that_is_not_there(db: Database) -> None:
    with pytest.raises(SkmError, match="no unit NIRWANA"):
        await invited(db, Invitation(Role.VIEWER, "NIRWANA"))


# --- officials -----------------------------------------------------------------------------------


async def test_an_official_is_found_by_person_and_by_number(db: Database) -> None:
    official = await enrolled(db)
    assert official == Official(1, "Sri", Role.OFFICER, "PAJANG", "telegram", "7", "id", since=NOW)
    assert await db.read(lambda conn: officials.by_person(conn, "p1")) == official
    assert await db.read(lambda conn: officials.by_id(conn, 1)) == official
    assert await db.read(officials.listed) == [official]


async def test_what_an_official_changes_is_changed(db: Database) -> None:
    official = await enrolled(db)
    await db.write(lambda conn: officials.rename(conn, 1, "Sri Wahyuni"))
    await db.write(lambda conn: officials.set_language(conn, "p1", "jv"))
    await db.write(lambda conn: officials.set_language(conn, "somebody else", "en"))
    await db.write(lambda conn: officials.set_address(conn, 1, "-100"))
    assert await db.read(officials.listed) == [
        replace(official, name="Sri Wahyuni", language="jv", address="-100")
    ]


async def test_a_removed_official_is_found_no_more_and_cannot_be_removed_twice(
    db: Database,
) -> None:
    await enrolled(db)
    remove = partial(officials.remove, official=1, now=NOW)
    assert await db.write(lambda conn: remove(conn))
    assert not await db.write(lambda conn: remove(conn))
    assert await db.read(lambda conn: officials.by_person(conn, "p1")) is None
    assert await db.read(lambda conn: officials.by_id(conn, 1)) is None
    assert await db.read(officials.listed) == []


async def test_of_a_removed_official_only_the_name_is_left(db: Database) -> None:
    await enrolled(db)
    await db.write(lambda conn: officials.remove(conn, 1, NOW))
    [row] = await db.read(lambda conn: conn.execute(select(schema_officials.official)))
    assert (row.person, row.address, row.name) == (None, None, "Sri")


async def test_a_removed_official_who_is_invited_again_gets_a_new_number(db: Database) -> None:
    await enrolled(db)
    await db.write(lambda conn: officials.remove(conn, 1, NOW))
    assert (await enrolled(db, Invitation(Role.VIEWER))).id == 2


# --- the log -------------------------------------------------------------------------------------


async def test_the_log_keeps_the_name_of_a_removed_official(db: Database) -> None:
    await enrolled(db)
    await db.write(
        lambda conn: audit_log.add(conn, 1, AuditEvent.REPORT, "/report PAJANG 2026-Q4", NOW)
    )
    await db.write(lambda conn: audit_log.add(conn, None, AuditEvent.INVITED, "admin", NOW))
    await db.write(lambda conn: officials.remove(conn, 1, NOW))
    assert await db.read(lambda conn: audit_log.newest(conn, 9)) == [
        audit_log.AuditEntry(NOW, None, "", AuditEvent.INVITED, "admin"),
        audit_log.AuditEntry(NOW, 1, "Sri", AuditEvent.REPORT, "/report PAJANG 2026-Q4"),
    ]
    assert len(await db.read(lambda conn: audit_log.newest(conn, 1))) == 1
