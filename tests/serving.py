"""Our server as a process of its own, which a test may kill and start again."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from skm.store import collectors, upps
from skm.store.database import Database
from skm.store.migrate import migrate
from skm.upp import Collector, Upp
from tests.chat import CODE, Time
from tests.stand.telegram import BotApi

ROOT = Path(__file__).parent.parent
KEY = "a key for tests, of thirty-two bytes or more"
HOOK = "/telegram/hook"
SECRET = "a-secret-of-the-hook"
START = 60.0  # seconds that a start may take on a busy machine


def free_port() -> int:
    """Below those that connections are given, so that it stays free while a server is away."""
    for _ in range(1000):
        port = 20_000 + secrets.randbelow(12_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


@dataclass
class Server:
    """`python -m bot serve` in `folder`, talking with the stand `api`.

    `database`: its URL, or another file or URI of SQLite than skm.db in the folder. `under`: a
    command that starts it.
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
        }

    async def set_up(self) -> None:
        """A database with Puskesmas Pajang and its collector."""
        migrate(self.database_url)
        async with Database.open(self.database_url) as db:
            unit = Upp("PAJANG", "Puskesmas Pajang", population=12000)
            await db.write(lambda conn: upps.put(conn, [unit]))
            desk = Collector(CODE, unit.code, "Pendaftaran", "Loket 1")
            await db.write(lambda conn: collectors.add(conn, desk, Time()()))

    async def start(self) -> None:
        """Comes back when it serves."""
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
        """SIGKILL is what a power cut looks like."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8")
