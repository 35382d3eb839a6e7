"""The pauses between attempts: they grow to a limit and differ by chance."""

from bot.running.backoff import LONGEST, backoff


def test_pauses_double_and_lose_up_to_one_half() -> None:
    for failures, longest in ((0, 0.5), (1, 1), (4, 8)):
        assert all(longest / 2 <= backoff(failures) <= longest for _ in range(100))


def test_pauses_have_a_limit() -> None:
    assert LONGEST / 2 <= backoff(10_000) <= LONGEST


def test_pauses_of_several_processes_differ() -> None:
    assert len({backoff(4) for _ in range(20)}) > 1
