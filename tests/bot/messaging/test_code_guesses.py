"""Guessing: slowed per person and per network, and never in the way of who has the code."""

import pytest

from bot.inbox import WRONG
from bot.messaging import code_guesses
from bot.messaging.code_guesses import AttemptLimit, CodeGuesses, network_of
from skm.store.survey import tickets
from tests.tools.chat import a_desk


def test_so_many_are_free_and_then_one_by_one() -> None:
    tries = AttemptLimit(limit=3, seconds=30)
    for _ in range(3):
        assert tries.may_try("Sri", 0)
        tries.count("Sri", 0)
    assert not tries.may_try("Sri", 0)
    assert not tries.may_try("Sri", 9.9)
    assert tries.may_try("Sri", 10.1)
    assert tries.may_try("Budi", 0)


def test_a_clock_that_is_set_back_keeps_nobody_out() -> None:
    tries = AttemptLimit(limit=3, seconds=30)
    tries.count("Sri", 3600)
    assert tries.may_try("Sri", 0)
    for _ in range(3):
        tries.count("Sri", 0)
    assert not tries.may_try("Sri", 1)


def test_what_was_found_stays_open_and_nothing_else() -> None:
    found = CodeGuesses(limit=1, seconds=60)
    found.remember("office", "Pajang")
    found.count_unknown("office", 0)
    assert found.may_try("office", "PAJANG", 0)
    assert not found.may_try("office", "PAJANG-AB23", 0)
    assert not found.may_try("office", "LOKET7", 0)


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_guesses, "REMEMBERED", 10)
    tries = AttemptLimit(limit=1, seconds=60)
    for number in range(100):
        tries.count(str(number), 0)
    assert [number for number in range(100) if not tries.may_try(str(number), 0)] == [
        *range(90, 100)
    ]


def test_of_each_only_so_many_codes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_guesses, "FOUND", 10)
    found = CodeGuesses(limit=1, seconds=60)
    found.remember("office", "PAJANG")
    for number in range(100):
        found.remember("flood", f"K{number}")
    assert found.has_found("office", "PAJANG")
    assert [n for n in range(100) if found.has_found("flood", f"K{n}")] == [*range(90, 100)]


def test_a_flood_of_attempts_is_over_soon_after_the_last_one() -> None:
    tries = AttemptLimit(limit=3, seconds=30)
    for _ in range(5000):
        tries.count("office", 0)
    assert not tries.may_try("office", 0)
    assert tries.may_try("office", 20)


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_for_its_network(host: str, network: str) -> None:
    assert network_of(host) == network


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_one_person_may_not_try_codes_for_ever_and_others_are_not_kept_out(
    database_url: str, channel: str
) -> None:
    async with a_desk(database_url) as desk:
        guesser, sri = desk.chat(channel=channel), desk.chat(channel=channel)
        for number in range(WRONG):
            await guesser.opens(f"TEBAK{number}")
            guesser.hears("tidak kami kenal")
        for _ in range(3):
            await guesser.opens("PAJANG")  # whether it is right is not told
            guesser.hears("Tunggu satu jam")
            await guesser.types("PAJANG")
            guesser.hears("Tunggu satu jam")
        await sri.opens("PAJANG")
        sri.hears("Pertanyaan 1 dari 9")
        desk.time.passes(hours=1)
        await guesser.opens("PAJANG")
        guesser.hears("Pertanyaan 1 dari 9")


async def test_a_user_in_a_survey_can_continue_whatever_was_typed(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        chat = await desk.chat().opens("PAJANG")
        for number in range(WRONG + 1):
            await chat.types(f"apa kabar {number}")
        await chat.opens("PAJANG")
        chat.hears("Pertanyaan 1 dari 9")
        await chat.answers_all()
        chat.hears("sudah kami simpan")


async def test_tickets_are_not_guessed_either(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        await desk.db.write(lambda conn: tickets.add(conn, "LOKET7", ["AB23"]))
        guesser = await desk.chat().opens("LOKET7")
        for number in range(WRONG):
            await guesser.opens(f"LOKET7-TEBAK{number}")
        await guesser.opens("LOKET7-AB23")
        guesser.hears("Tunggu satu jam")
        sri = await desk.chat().opens("LOKET7-AB23")
        sri.hears("Pertanyaan 1 dari 9")
