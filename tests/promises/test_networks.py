"""No network of a respondent is stored: only a code, which is deleted with its day."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.housekeeping import housekeeping
from skm.store.schema.survey import network, network_salt
from tests.bot.web.citizen import Citizen
from tests.tools.chat import Desk, a_desk
from tests.tools.databases import all_rows, held
from tests.tools.served import served, site_of

ADDRESS = b"127.0.0.1"


async def codes(conn: AsyncConnection) -> list[str]:
    return list(await conn.scalars(select(network.c.code)))


async def salts(conn: AsyncConnection) -> list[str]:
    return list(await conn.scalars(select(network_salt.c.salt)))


async def stored(desk: Desk, url: str) -> bytes:
    return await (held(url) if url.startswith("sqlite") else all_rows(desk.db))


async def test_the_network_of_a_web_response_is_a_code_for_a_day(database_url: str) -> None:
    async with a_desk(database_url) as desk, served(site_of(desk)) as base:
        for path in ("/s/PAJANG", "/s/PAJANG", "/s/PAJANG?mode=bantuan"):
            async with Citizen(base) as citizen:
                await (await citizen.begins(path)).answers(*[3] * 9)
        known, salted = await desk.db.read(codes), await desk.db.read(salts)
        assert len(known) == 2, "of a device that an officer holds nothing is noted"
        assert len(set(known)) == len(salted) == 1
        assert ADDRESS not in await stored(desk, database_url)
        desk.time.passes(days=1)
        for duty in housekeeping(desk.inbox, 0):
            if duty.name in ("forget messages", "wipe"):
                await duty.run()
        left = await stored(desk, database_url)
        assert [one for one in (*known, *salted) if one.encode() in left] == []


async def test_an_answer_in_a_chat_has_no_network(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        await (await desk.chat().opens("PAJANG")).answers_all()
        assert await desk.db.read(codes) == []
