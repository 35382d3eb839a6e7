"""`python -m bot serve` as a process that a test can kill and start again."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.survey import collectors, upps
from tests.stand.telegram import BotApi
from tests.tools.chat import CODE, Time

ROOT = Path(__file__).parents[2]
KEY = "a key for tests, of thirty-two bytes or more"
HOOK = "/telegram/hook"
SECRET = "a-secret-of-the-hook"
START = 60.0  # seconds that a start may take; machines are busy


def free_port() -> int:
    """A port below the ephemeral range, so that it stays free while a server is down."""
    for _ in range(1000):
        port = 20_000 + secrets.randbelow(12_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


@dataclass
class Server:
    """`python -m bot serve` in `folder`, with the stand `api` as Telegram.

    `database`: a URL, or an SQLite file or URI; default: skm.db in the folder. `rate`: messages a
    second. `under`: a command to start it with, such as ("unshare", "-r").
    """

    folder: Path
    api: BotApi
    webhook: bool = False
    token: str = ""
    rate: int = 5000
    port: int = field(default_factory=free_port)
    process: Process | None = None
    database: str = ""
    under: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        if "://" in self.database:
            return self.database
        return f"sqlite+aiosqlite:///{self.database or self.folder / 'skm.db'}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
        return own | {
            "PYTHONPATH": str(ROOT),
            "SKM_DATABASE_URL": self.database_url,
            "SKM_SECRET_KEY": KEY,
            "SKM_HTTP_PORT": str(self.port),
            "SKM_TELEGRAM_TOKEN": self.token or self.api.token,
            "SKM_TELEGRAM_API_URL": self.api.url,
            "SKM_TELEGRAM_FILE_URL": self.api.url.replace("/bot", "/file/bot"),
            "SKM_TELEGRAM_RATE": str(self.rate),
            "SKM_TELEGRAM_WEBHOOK_URL": self.url + HOOK if self.webhook else "",
            "SKM_TELEGRAM_WEBHOOK_SECRET": SECRET if self.webhook else "",
            **self.variables,
        }

    async def set_up(self) -> None:
        """Create the database, with one unit and one collector."""
        migrate(self.database_url)
        async with Database.open(self.database_url) as db:
            unit = Upp("PAJANG", "Puskesmas Pajang", population=12000)
            await db.write(lambda conn: upps.put(conn, [unit]))
            desk = Collector(CODE, unit.code, "Pendaftaran", "Loket 1")
            await db.write(lambda conn: collectors.add(conn, desk, Time()()))

    async def start(self) -> None:
        """Start the process and wait until it serves; fails if it ends before."""
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.under, sys.executable, "-m", "bot", "serve",
                cwd=self.folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(START), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/healthz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait for the end; SIGKILL stands for a power cut."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")


@asynccontextmanager
async def telegram_server(
    folder: Path, database: str = "", *, webhook: bool = False
) -> AsyncIterator[Server]:
    """A running server with a Telegram stand of its own."""
    async with BotApi() as api:
        server = Server(folder, api, webhook, database=database)
        await server.set_up()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
