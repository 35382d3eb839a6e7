"""The HTTP server: serves until a shutdown begins, then finishes what was accepted."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from bot.running.settings import Settings
from bot.running.shutdown import Shutdown

# The phases of a shutdown, in seconds of bot.running.shutdown.BUDGET:
LISTEN = 1.0  # requests are still accepted, so that a load balancer sees /readyz change
FINISH = 5.0  # at most, for updates that were accepted
CLOSE = 2.0  # at most, for open HTTP requests

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """A server without signal handlers: uvicorn's would end the process before it is finished."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def configured(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """The server's configuration. X-Forwarded-For is read from `trusted_proxies` only."""
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
    )


async def run(
    config: uvicorn.Config, shutdown: Shutdown, flush: Callable[[float], Awaitable[object]]
) -> None:
    """Serves until the shutdown begins. `flush`: sends queued messages, for at most n seconds."""
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await shutdown.unless_asked(asyncio.shield(serving))
    if shutdown.begun:
        log.info("Stopping: finishing what was accepted.")
        await asyncio.gather(
            asyncio.sleep(shutdown.left(LISTEN)), shutdown.finished(shutdown.left(FINISH))
        )
        config.timeout_graceful_shutdown = max(1, round(shutdown.left(CLOSE)))
        server.should_exit = True
    await serving
    await flush(shutdown.left())
    log.info("Stopped.")


@asynccontextmanager
async def in_background(task: "asyncio.Task[None]") -> AsyncIterator[None]:
    """Runs a task while the context lasts. If the task fails, the server stops."""
    task.add_done_callback(_stop_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _stop_if_failed(task: "asyncio.Task[None]") -> None:
    """Ends the process, so that it is restarted: without the task a channel receives nothing."""
    if not task.cancelled() and task.exception():
        log.critical(
            "A channel stopped (%s), so the server stops.", type(task.exception()).__name__
        )
        signal.raise_signal(signal.SIGTERM)
