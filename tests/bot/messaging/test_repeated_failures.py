"""When a message that keeps failing is given up."""

from bot.messaging.repeated_failures import MOST, REMEMBERED, RepeatedFailures


def test_a_message_is_given_up_after_its_fifth_failure_whatever_happens_to_others() -> None:
    failures = RepeatedFailures()
    for _ in range(MOST - 1):
        assert not failures.add("7")
        assert not failures.add("8")
    assert failures.add("7")
    failures.forget("7")
    assert not failures.add("7")


def test_the_counts_take_a_limited_amount_of_memory() -> None:
    failures = RepeatedFailures()
    for number in range(3 * REMEMBERED):
        failures.add(str(number))
    assert len(failures._failed) <= REMEMBERED
