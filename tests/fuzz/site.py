"""The whole site with both webhooks, on a loopback socket and in a thread of its own."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from bot.messaging.rate_limit import Limiter, Rate
from bot.telegram.channel import TelegramChannel
from bot.web.probes import probes
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.http import CloudApi
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.windows import Windows
from skm.instansi.period import Period
from skm.store.periods import closings
from skm.store.survey import tickets
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.served import served, site_of

HOOK, SECRET, APP_SECRET = "/telegram/hook", "the-secret_of-the-hook", "the secret of the app"
METRICS = "the-token_of-the-metrics"
NOWHERE = "http://127.0.0.1:9"  # nobody listens: nothing that is answered gets anywhere


class Site:
    """`with Site(folder) as site:` serves a small city at `site.base`."""

    base: str
    app: Starlette
    form_token: str

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Site":
        self._thread.start()
        assert self._ready.wait(60), "the site did not start"
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        quick = Limiter(Rate(10_000, 100), Rate(10_000, 100), Rate(10_000, 100))
        async with a_desk(self._folder, forms=True) as desk:
            await settle(desk)
            self.form_token = await _form_token(desk)
            await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", ["AB23"]))
            await desk.db.write(_close)
            ledger = Ledger(desk.db, desk.inbox.rules.zone, desk.time)
            windows = Windows(desk.db, desk.time)
            api = CloudApi(NOWHERE, "1", "a-token", desk.time)
            telegram = TelegramChannel(
                "1:token", api_url=f"{NOWHERE}/bot", webhook_url=f"https://x{HOOK}",
                webhook_secret=SECRET, limiter=quick,
            )  # fmt: skip
            catalog = desk.inbox.screens.catalog
            async with (
                telegram,
                WhatsAppChannel(api, ledger, windows, catalog, limiter=quick) as whatsapp,
            ):
                hooks = [
                    *probes(_ready, _measure, METRICS),
                    telegram.webhook_route(desk.inbox.receive),
                    whatsapp.webhook_route(
                        desk.inbox.receive,
                        phone_id="1",
                        secret=APP_SECRET,
                        verify_token="the token that Meta shows",
                        instrument=desk.inbox.instrument,
                        send_waiting=_nobody,
                    ),
                ]
                self.app = site_of(desk, routes=hooks)
                async with served(self.app) as self.base:
                    self._ready.set()
                    await self._over.wait()
                telegram._outbox._workers.clear()  # nobody hears them: no need to wait
                whatsapp._outbox._workers.clear()


async def _form_token(desk: Desk) -> str:
    """That an officer was given to write down follow-ups."""
    sri = await desk.official("officer", "PAJANG")
    await sri.types("/tl 2026-Q3")
    [choice] = [choice for choice in sri.screen.choices if choice.url]
    return choice.url.rpartition("/")[2]


async def _ready() -> str:
    return ""


async def _measure() -> bytes:
    return b""


async def _close(conn: AsyncConnection) -> None:
    now = datetime(2027, 1, 4, 5, tzinfo=UTC)
    await closings.close(conn, Period.parse("2026-Q3"), now.date(), now, None)


async def _nobody() -> None:
    """Nobody waits for anything."""
