"""Starts the fork server and its children, and learns at which point a child died."""

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

from tests.crash.scenes import ChildTask

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Child:
    """A child process. `died_at`: the point at which it killed itself; "" if it did not.

    `code`: its exit code, once `over` is set; negative for a signal.
    """

    pid: int
    died_at: str = ""
    code: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def kill(self) -> None:
        """Kill the child, unless it has ended, and wait for its end."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            await self.over.wait()


class ForkServer:
    """`async with ForkServer(log) as server:`; it runs one child at a time."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: Process
        self._child = Child(0, code=0)
        self._started = asyncio.Event()

    async def __aenter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash.fork_server", cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._reader = asyncio.create_task(self._read_reports())
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._child.kill()
        self._process.kill()
        await self._process.wait()
        await self._reader

    async def fork(self, task: ChildTask) -> Child:
        """Start a child that does the task."""
        assert self._process.stdin
        await self._child.kill()  # left over by a test that failed
        self._started.clear()
        self._process.stdin.write((json.dumps(asdict(task)) + "\n").encode())
        async with asyncio.timeout(60):
            await self._started.wait()
        return self._child

    async def _read_reports(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self._handle(json.loads(line))

    def _handle(self, report: dict[str, Any]) -> None:
        if "pid" in report:
            self._child = Child(report["pid"])
            self._started.set()
        elif "at" in report:
            self._child.died_at = report["at"]
        else:
            self._child.code = report["ended"]
            self._child.over.set()
