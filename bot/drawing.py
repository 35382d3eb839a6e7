"""Charts are drawn off the event loop, in at most two processes that stay for the next one."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import get_context

from skm.output.charts import Chart, draw

WORKERS = 2


@dataclass(frozen=True)
class Drawing:
    """The workers start with the first chart and end with `close`."""

    workers: int = field(default=WORKERS)

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        # "spawn": a forked child would hold the database's locks and the server's sockets.
        return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))

    async def picture(self, *charts: Chart) -> bytes:
        """A PNG with the charts below each other; the same charts give the same bytes."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, draw, *charts)

    def close(self) -> None:
        """Let the workers go, if there are any."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(cancel_futures=True)
