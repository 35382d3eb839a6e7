"""The other side of zygote.py: starting a child, and hearing where it died."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.crash.scenes import Order

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Life:
    """A child. `died_at`: the point at which it killed itself, "" if it did not."""

    pid: int
    died_at: str = ""
    code: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def killed(self) -> None:
        """End it, unless it has ended."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            await self.over.wait()


class Zygote:
    """`async with Zygote(log)`; one child at a time."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: Process
        self._life = Life(0, code=0)
        self._born = asyncio.Event()

    async def __aenter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash.zygote", cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._life.killed()
        self._process.kill()
        await self._process.wait()
        await self._listening

    async def child(self, order: Order) -> Life:
        assert self._process.stdin
        await self._life.killed()  # where a test failed with it
        self._born.clear()
        self._process.stdin.write((json.dumps(asdict(order)) + "\n").encode())
        async with asyncio.timeout(60):
            await self._born.wait()
        return self._life

    async def _listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self._hear(json.loads(line))

    def _hear(self, said: dict[str, Any]) -> None:
        if "pid" in said:
            self._life = Life(said["pid"])
            self._born.set()
        elif "at" in said:
            self._life.died_at = said["at"]
        else:
            self._life.code = said["ended"]
            self._life.over.set()
