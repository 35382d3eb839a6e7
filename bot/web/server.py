"""The HTTP server: serves until we are to stop, then closes its doors in good order."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from bot.drain import Drain
from bot.settings import Settings

# When we stop, in seconds of bot.drain.BUDGET:
LISTEN = 1.0  # still listening, so that a load balancer sees /readyz turn
FINISH = 5.0  # at most, for what was taken
CLOSE = 2.0  # at most, for requests under way

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """Stopped by us: uvicorn would raise the signal again and end the process in the middle."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def configured(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """How it is served. `trusted_proxies` are believed about whom they ask for, nobody else."""
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
    config: uvicorn.Config, drain: Drain, say_the_rest: Callable[[float], Awaitable[object]]
) -> None:
    """Serve until the drain begins. `say_the_rest`: lets the channels' last messages go out, for
    at most so many seconds.
    """
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await drain.unless_asked(asyncio.shield(serving))
    if drain.begun:
        log.info("Stopping: finishing what is under way.")
        await asyncio.gather(asyncio.sleep(drain.left(LISTEN)), drain.finished(drain.left(FINISH)))
        config.timeout_graceful_shutdown = max(1, round(drain.left(CLOSE)))
        server.should_exit = True
    await serving
    await say_the_rest(drain.left())
    log.info("Stopped.")


@asynccontextmanager
async def beside(task: "asyncio.Task[None]") -> AsyncIterator[None]:
    """Work that goes on beside the server and ends with it; if it fails, the server ends too."""
    task.add_done_callback(_stop_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _stop_if_failed(task: "asyncio.Task[None]") -> None:
    """Whoever restarts us is better than a server that hears nobody."""
    if not task.cancelled() and task.exception():
        log.critical(
            "A channel stopped (%s), so the server stops.", type(task.exception()).__name__
        )
        signal.raise_signal(signal.SIGTERM)
