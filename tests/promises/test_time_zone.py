"""The server starts and runs its jobs whatever the machine's TZ says."""

import asyncio
from pathlib import Path

from tests.stand.telegram import BotApi
from tests.tools.serving import Server

VALUES = ["WIB-7", "<+07>-7", "WIB", '"Asia/Jakarta"', ":/etc/localtime"]


async def test_it_starts_with_any_time_zone_of_the_machine(tmp_path: Path) -> None:
    async with BotApi() as api:
        servers = []
        for number, zone in enumerate(VALUES):
            folder = tmp_path / str(number)
            folder.mkdir()
            servers.append(Server(folder, api, webhook=True, variables={"TZ": zone}))
        await servers[0].set_up()
        for server in servers[1:]:
            server.database = str(servers[0].folder / "skm.db")
        try:
            await asyncio.gather(*(server.start() for server in servers))
        finally:
            await asyncio.gather(*(server.stop() for server in servers))
        for server in servers:
            assert "Traceback" not in server.log, server.log
