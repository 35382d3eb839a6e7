"""Stopping: what was begun is finished as far as the time reaches, and nothing new is begun."""

import asyncio
import signal

import pytest

from bot.running.shutdown import BUDGET, Shutdown
from tests.tools.served import Clock


async def test_before_a_shutdown_begins_time_is_not_limited() -> None:
    shutdown = Shutdown(Clock())
    assert not shutdown.begun
    assert shutdown.left(5) == 5


async def test_the_time_runs_from_the_first_signal_and_the_second_ends_it() -> None:
    clock = Clock()
    shutdown = Shutdown(clock)
    shutdown.ask()
    assert shutdown.begun
    clock.at += 4
    assert shutdown.left() == BUDGET - 4
    shutdown.ask()
    assert shutdown.left() == 0


def test_the_budget_is_within_what_docker_and_systemd_wait() -> None:
    assert BUDGET < 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks(number: signal.Signals) -> None:
    shutdown = Shutdown()
    with shutdown.on_signals():
        signal.raise_signal(number)
        await shutdown.asked()
    assert shutdown.begun


async def test_what_is_watched_is_finished() -> None:
    shutdown, done = Shutdown(), asyncio.Event()

    async def work() -> str:
        await done.wait()
        return "committed"

    task = shutdown.watch(work())
    waiting = asyncio.create_task(shutdown.finished(60))
    await asyncio.sleep(0)
    assert not waiting.done()
    done.set()
    await waiting
    assert task.result() == "committed"


async def test_what_takes_too_long_is_given_up() -> None:
    shutdown = Shutdown()
    task = shutdown.watch(asyncio.sleep(3600))
    await shutdown.finished(0)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_work_that_waits_is_cancelled_once_a_shutdown_begins() -> None:
    shutdown = Shutdown()
    asking = asyncio.create_task(shutdown.unless_asked(asyncio.sleep(3600, "an answer")))
    await asyncio.sleep(0)
    shutdown.ask()
    assert await asking is None


async def test_an_answer_that_came_in_time_is_not_lost() -> None:
    shutdown = Shutdown()
    assert await shutdown.unless_asked(asyncio.sleep(0, "an answer")) == "an answer"


async def test_what_the_question_raises_is_raised() -> None:
    async def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Shutdown().unless_asked(fails())
