"""The demo's folder: made once, kept, and never left half-made."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import demo_settings, prepare, where_to_click
from bot.operator import instrument_of
from skm.store.migrate import migrate

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SKM_TELEGRAM_TOKEN", raising=False)
    monkeypatch.delenv("SKM_HTTP_PORT", raising=False)


def test_the_demo_keeps_its_key_and_its_database_apart_from_everything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SKM_DATABASE_URL", "sqlite+aiosqlite:///the-office-s-own.db")
    monkeypatch.setenv("SKM_SECRET_KEY", "the office's own key, 32 bytes or so")
    first, again = demo_settings(None, fresh=False), demo_settings(9000, fresh=False)
    assert "/.demo/skm.db" in first.database_url
    assert first.key == again.key != b"the office's own key, 32 bytes or so"
    assert (first.http_port, again.http_port) == (8080, 9000)
    assert demo_settings(None, fresh=True).key != first.key


def test_a_city_is_made_once_and_one_that_was_left_half_made_is_made_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = demo_settings(None, fresh=False)
    migrate(settings.database_url)  # and there it was interrupted
    prepare(settings, instrument_of(settings), NOW)
    database = Path(".demo/skm.db")
    made = database.stat().st_mtime_ns, database.stat().st_size
    assert made[1] > 1_000_000
    with closing(sqlite3.connect(database)) as city:
        assert city.execute("SELECT count(*) FROM photo").fetchone() == (1,)
    prepare(settings, instrument_of(settings), NOW + timedelta(days=7))
    assert (database.stat().st_mtime_ns, database.stat().st_size) == made
    assert "--fresh" not in capsys.readouterr().err
    prepare(settings, instrument_of(settings), NOW + timedelta(days=8))
    assert "This city's last day is 2026-11-24" in capsys.readouterr().err


def test_other_commands_name_the_address_of_the_demo_that_is_served() -> None:
    demo_settings(9000, fresh=False)
    assert "SKM_HTTP_PORT=9000\n" in Path(".demo/env").read_text(encoding="utf-8")
    demo_settings(None, fresh=False)
    assert "SKM_HTTP_PORT" not in Path(".demo/env").read_text(encoding="utf-8")


def test_what_is_printed_can_be_clicked_and_typed() -> None:
    told = where_to_click(demo_settings(8123, fresh=False), NOW)
    assert "http://127.0.0.1:8123/s/PAJANG" in told
    assert "skm report PKMPAJANG 2026-Q4" in told
    assert "set -a; . .demo/env; set +a" in told
    assert "Telegram is off" in told


def test_with_a_token_the_demo_says_that_telegram_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKM_TELEGRAM_TOKEN", "123:secret")
    told = where_to_click(demo_settings(None, fresh=False), NOW)
    assert "Telegram is on" in told
    assert "secret" not in told
