"""Draws charts outside the event loop, in at most two worker processes that are kept."""

import asyncio
import logging
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import active_children, get_context

from bot.messaging.message import Attachment
from bot.running.logs import frames
from skm.output.charts.draw import Chart, draw

log = logging.getLogger(__name__)

SLOWEST = 60.0  # seconds for one picture, with the start of a worker; usually 0.1


class ChartWorkers:
    """Starts its processes with the first chart, and again after one of them failed; `close` ends
    them. `slowest`: seconds after which a worker counts as dead.
    """

    def __init__(self, workers: int = 2, slowest: float = SLOWEST) -> None:
        self._workers, self._slowest = workers, slowest
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def picture(self, *charts: Chart) -> bytes | None:
        """Returns a PNG with the charts below each other, or None if it could not be drawn twice.

        A process that ends takes down all drawings of its pool, so each is tried again by itself.
        """
        drawn = await self._try(charts)
        if drawn is None:
            async with self._alone:
                drawn = await self._try(charts)
        return drawn

    async def attachment(self, name: str, *charts: Chart) -> Attachment | None:
        """Returns the picture as a file of a message, None as above: the text is sent without."""
        picture = await self.picture(*charts)
        return Attachment(name, "image/png", picture) if picture else None

    def close(self) -> None:
        """Ends the processes, also those that still draw."""
        if self._pool:
            self._end(self._pool)

    async def _try(self, charts: tuple[Chart, ...]) -> bytes | None:
        [drawn] = await asyncio.gather(self._drawn(charts), return_exceptions=True)
        if isinstance(drawn, BaseException):
            log.error("A chart could not be drawn:\n%s", frames(drawn))
            return None
        return drawn

    async def _drawn(self, charts: tuple[Chart, ...]) -> bytes:
        pool = self._pool = self._pool or self._started()
        try:
            async with asyncio.timeout(self._slowest):
                return await asyncio.get_running_loop().run_in_executor(pool, draw, *charts)
        except (BrokenExecutor, OSError):  # a process ended, does not answer, or cannot be started
            self._end(pool)
            raise

    def _started(self) -> ProcessPoolExecutor:
        # "spawn": a forked child would hold the database's locks and the server's sockets.
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"))

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Ends a pool, unless another caller did; its processes may not answer any more."""
        if pool is self._pool:
            self._pool = None
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():  # nothing else here starts any
                process.kill()
