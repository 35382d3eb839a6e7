"""The HTTP server: serves until we are to stop, then closes its doors in good order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn

from bot.drain import Drain

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
