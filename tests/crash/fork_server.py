"""`python -m tests.crash.fork_server`: prepared once, it forks a child for each task.

Tasks are read as lines of JSON. Reports are written as lines of JSON: the child writes {"pid": …},
and {"at": point} just before it kills itself; when it has ended, {"ended": exit code} follows.
"""

import asyncio
import gc
import json
import os
import sys
import traceback

import uvicorn
from starlette.applications import Starlette

import bot.app
from bot.app import screens_of
from tests.crash.points import Points
from tests.crash.scenes import ChildTask, run_scene


def main() -> None:
    _prepare()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(ChildTask(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        _report(ended=os.waitstatus_to_exitcode(status))


def _prepare() -> None:
    """Do once what would take each child longer than the scene itself."""
    words = screens_of(ChildTask("", "sqlite+aiosqlite:///skm.db", "", {}, "sql").settings())
    bot.app.screens_of = lambda settings: words
    uvicorn.Config(Starlette(), lifespan="off", log_config=None).load()
    gc.collect()
    gc.freeze()


def _run(task: ChildTask) -> None:
    """Run the task in the child; never returns."""
    _report(pid=os.getpid())
    points = Points(task.kind, task.deadly, lambda where: _report(at=where))
    points.watch_sql()
    code = 1
    try:
        with asyncio.Runner(loop_factory=points.loop) as runner:
            runner.run(run_scene(task, points.begin))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _report(**values: object) -> None:
    os.write(1, (json.dumps(values) + "\n").encode())


if __name__ == "__main__":
    main()
