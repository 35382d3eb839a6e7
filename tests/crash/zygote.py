"""`python -m tests.crash.zygote`: made ready once, it forks a child for each order it is given.

Orders come as lines of JSON; the child says {"pid": …}, and {"at": …} just before it kills itself;
at last {"ended": exit code} is said of it.
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
from bot.app import phrase_of
from tests.crash.points import Points
from tests.crash.scenes import Order, play


def main() -> None:
    _make_ready()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(Order(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        _say(ended=os.waitstatus_to_exitcode(status))


def _make_ready() -> None:
    """What takes longer than what is tested is done once, and shared by all children."""
    words = phrase_of(Order("", "sqlite+aiosqlite:///skm.db", "", {}, "sql").settings())
    bot.app.phrase_of = lambda settings: words
    uvicorn.Config(Starlette(), lifespan="off", log_config=None).load()
    gc.collect()
    gc.freeze()


def _live(order: Order) -> None:
    """Never returns."""
    _say(pid=os.getpid())
    points = Points(order.kind, order.deadly, lambda where: _say(at=where))
    points.watch_sql()
    try:
        with asyncio.Runner(loop_factory=points.loop) as runner:
            runner.run(play(order, points.begin))
    except BaseException:  # noqa: BLE001 - the child ends here, with what went wrong
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _say(**what: object) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


if __name__ == "__main__":
    main()
