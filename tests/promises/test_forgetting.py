"""/hapus, proved by reading: nothing in the whole database leads to the person any more.

SQLite's files are searched byte by byte, log and all; of PostgreSQL every row of every table.
"""

import base64
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.delivery import DeliveryKind, Frozen, PlannedDelivery
from skm.privacy.pseudonym import pseudonym
from skm.store.officials import deliveries, officials
from skm.store.schema import ALL
from skm.store.survey import responses
from skm.survey.response import Response
from tests.tools.chat import CODE, KEY, TICKETED, Chat, Desk, a_desk

TELEGRAM, PHONE, BROWSER = "7304418265", "6281299887766", "pX9-browser-of-one-person"
COMMENTS = {
    TELEGRAM: "Kursi tunggu rusak sejak kemarin lusa",
    PHONE: "Petugas loket tiga ramah kepada ibu saya",
    BROWSER: "Papan nama tertutup pohon mangga",
}
CHANNELS = {TELEGRAM: "telegram", PHONE: "whatsapp", BROWSER: "web"}
WAMID = f"wamid.{base64.b64encode(f'..{PHONE}....'.encode()).decode()}"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


def traces(user: str, *also: str) -> set[str]:
    """What leads to a person: their id, as it is and in a WhatsApp id, pseudonym and comment."""
    channel = CHANNELS[user]
    found = {user, f"chat-{user}", pseudonym(KEY, channel, user), COMMENTS[user], *also}
    return found | ({WAMID} if channel == "whatsapp" else set())


async def found(desk: Desk, folder: Path, needles: Collection[str]) -> set[str]:
    """Those that stand somewhere in the database."""
    assert await desk.db.wipe()
    files = sorted(folder.glob("skm.db*"))
    if files:
        assert {file.name for file in files} >= {"skm.db", "skm.db-shm"}
        everything = b"".join(file.read_bytes() for file in files)
    else:
        everything = await desk.db.read(_dumped)
    return {needle for needle in needles if needle.encode() in everything}


async def _dumped(conn: AsyncConnection) -> bytes:
    """Every row of every table as text, those of no metadata as well."""
    tables = await conn.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    )
    names = list(tables)
    assert set(names) >= {table.name for table in ALL}
    rows = [await conn.scalars(text(f'SELECT t::text FROM "{name}" t')) for name in names]
    return "\n".join(row for each in rows for row in each).encode()


def citizen(desk: Desk, user: str) -> Chat:
    channel = CHANNELS[user]
    return desk.chat(user, channel=channel, numbered=WAMID if channel == "whatsapp" else "m")


async def answers(chat: Chat, code: str = CODE) -> Chat:
    """A whole survey with a profile and a comment."""
    await (await chat.opens(code)).answers_all(2)
    while any(label.startswith("Lewati") for label in chat.labels):
        await chat.presses(0)
    await chat.types(COMMENTS[chat.user])
    return await chat.taps("Selesai")


async def neighbours(desk: Desk, many: int, first: int = 0) -> None:
    """Others before and after, so that rows lie in the midst of full pages."""
    instrument = desk.inbox.instrument
    plain = Response("", "PAJANG", "Pendaftaran", CODE, instrument.version,
                     {item.id: 3 for item in instrument.items}, desk.time())  # fmt: skip
    rows = [
        (replace(plain, id=f"N{n}", saran=f"Saran nomor {n} " * 6, respondent=f"{n:032x}"),
         desk.time().date())
        for n in range(first, first + many)
    ]  # fmt: skip
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))


async def quoted(desk: Desk, comment: str) -> None:
    """A digest that quotes a comment waits to be sent."""
    await desk.official("officer", "PAJANG", "Sri")
    [sri] = await desk.db.read(officials.listed)

    async def write(conn: AsyncConnection) -> None:
        plan = PlannedDelivery("digest:1", DeliveryKind.DIGEST, sri.id, "2026-W47", desk.time())
        await deliveries.plan(conn, [plan])
        [claimed] = await deliveries.claim(conn, desk.time(), 1)
        await deliveries.freeze(conn, claimed.id, Frozen(f'{{"text":"“{comment}”"}}'))

    await desk.db.write(write)


@pytest.mark.parametrize("user", sorted(COMMENTS), ids=CHANNELS.get)
async def test_nothing_of_a_citizen_is_left_after_hapus(
    desk: Desk, tmp_path: Path, user: str
) -> None:
    await neighbours(desk, 150)
    chat = await answers(citizen(desk, user))
    receipt = (await desk.db.read(lambda conn: _receipts(conn, user)))[0]
    await neighbours(desk, 150, 150)
    await quoted(desk, COMMENTS[user])
    begun = await citizen(desk, user).opens(TICKETED)
    assert begun.screens
    await (await chat.opens()).types("/hapus")
    before = await found(desk, tmp_path, traces(user, receipt))
    assert before >= {pseudonym(KEY, CHANNELS[user], user), COMMENTS[user], receipt}
    await chat.taps("Ya, hapus")
    chat.hears("Sudah kami hapus")
    assert await found(desk, tmp_path, traces(user, receipt)) == set()


async def _receipts(conn: AsyncConnection, user: str) -> list[str]:
    who = pseudonym(KEY, CHANNELS[user], user)
    return [one.id async for one in responses.export(conn) if one.respondent == who]


async def test_of_a_closed_visit_only_the_pseudonym_is_left(desk: Desk, tmp_path: Path) -> None:
    chat = citizen(desk, PHONE)
    await (await chat.opens(CODE)).answers_all(3)
    await chat.taps("Lewati semua", "Selesai")
    left = await found(desk, tmp_path, traces(PHONE))
    assert left == {pseudonym(KEY, "whatsapp", PHONE)}


async def test_a_digest_that_has_arrived_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    from skm.notices.delivery import DeliveryState, Next

    await quoted(desk, COMMENTS[PHONE])
    assert COMMENTS[PHONE] in await found(desk, tmp_path, traces(PHONE))
    await desk.db.write(
        lambda conn: deliveries.record(conn, 1, Next(DeliveryState.SENT), desk.time())
    )
    assert await found(desk, tmp_path, traces(PHONE)) == set()
