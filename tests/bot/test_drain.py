"""Stopping: what was begun is finished as far as the time reaches, and nothing new is begun."""

import asyncio
import signal

import pytest

from bot.drain import BUDGET, Drain
from tests.served import Clock


async def test_before_anybody_asks_there_is_all_the_time() -> None:
    drain = Drain(Clock())
    assert not drain.begun
    assert drain.left(5) == 5


async def test_the_time_runs_from_the_first_signal_and_the_second_ends_it() -> None:
    clock = Clock()
    drain = Drain(clock)
    drain.ask()
    assert drain.begun
    clock.at += 4
    assert drain.left() == BUDGET - 4
    drain.ask()
    assert drain.left() == 0


def test_the_budget_is_within_what_docker_and_systemd_wait() -> None:
    assert BUDGET < 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks(number: signal.Signals) -> None:
    drain = Drain()
    with drain.on_signals():
        signal.raise_signal(number)
        await drain.asked()
    assert drain.begun


async def test_what_is_watched_is_finished() -> None:
    drain, done = Drain(), asyncio.Event()

    async def work() -> str:
        await done.wait()
        return "committed"

    task = drain.watch(work())
    waiting = asyncio.create_task(drain.finished(60))
    await asyncio.sleep(0)
    assert not waiting.done()
    done.set()
    await waiting
    assert task.result() == "committed"


async def test_what_takes_too_long_is_given_up() -> None:
    drain = Drain()
    task = drain.watch(asyncio.sleep(3600))
    await drain.finished(0)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_question_that_waits_is_given_up_once_somebody_asks() -> None:
    drain = Drain()
    asking = asyncio.create_task(drain.unless_asked(asyncio.sleep(3600, "an answer")))
    await asyncio.sleep(0)
    drain.ask()
    assert await asking is None


async def test_an_answer_that_came_in_time_is_not_lost() -> None:
    drain = Drain()
    assert await drain.unless_asked(asyncio.sleep(0, "an answer")) == "an answer"


async def test_what_the_question_raises_is_raised() -> None:
    async def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Drain().unless_asked(fails())
