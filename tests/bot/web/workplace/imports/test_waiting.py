"""Uploaded files are kept in memory for as long as a decision takes, and no more than a few."""

from datetime import UTC, datetime, timedelta

from bot.web.workplace.imports.waiting import WaitingFiles
from skm.intake.upload import LAPSES

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_a_new_file_of_an_official_replaces_the_earlier_one() -> None:
    files = WaitingFiles()
    first, second = files.keep(1, b"a", NOW), files.keep(1, b"b", NOW)
    assert files.content(1, first, NOW) is None
    assert files.content(1, second, NOW) == b"b"
    assert files.content(2, second, NOW) is None


def test_beyond_the_limit_the_oldest_file_goes() -> None:
    files = WaitingFiles(most=2)
    keys = {official: files.keep(official, b"a", NOW) for official in (1, 2, 3)}
    held = [one for one, key in keys.items() if files.content(one, key, NOW)]
    assert held == [2, 3]


def test_a_file_lapses_with_the_decision_about_it() -> None:
    files = WaitingFiles()
    key = files.keep(1, b"a", NOW)
    assert files.content(1, key, NOW + LAPSES - timedelta(seconds=1)) == b"a"
    assert files.content(1, key, NOW + LAPSES) is None
    assert not files._by_official
