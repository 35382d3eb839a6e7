"""`skm demo`: its folder is made once and kept, and an interrupted one is made again."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.commands.demo import demo_settings, links_to_open, prepare
from bot.cli.environment import instrument_of
from skm.store.database.migrate import migrate

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SKM_TELEGRAM_TOKEN", raising=False)
    monkeypatch.delenv("SKM_HTTP_PORT", raising=False)


def test_the_demo_uses_its_own_key_and_database_whatever_the_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SKM_DATABASE_URL", "sqlite+aiosqlite:///the-deployment-s-own.db")
    monkeypatch.setenv("SKM_SECRET_KEY", "a deployment's key, 32 bytes or so")
    first, again = demo_settings(None, fresh=False), demo_settings(9000, fresh=False)
    assert "/.demo/skm.db" in first.database_url
    assert first.key == again.key != b"a deployment's key, 32 bytes or so"
    assert (first.http_port, again.http_port) == (8080, 9000)
    assert demo_settings(None, fresh=True).key != first.key


@pytest.mark.thorough
def test_the_city_is_made_once_and_made_again_if_that_was_interrupted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = demo_settings(None, fresh=False)
    migrate(settings.database_url)  # interrupted after this
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


def test_the_env_file_has_the_port_for_other_commands() -> None:
    demo_settings(9000, fresh=False)
    assert "SKM_HTTP_PORT=9000\n" in Path(".demo/env").read_text(encoding="utf-8")
    demo_settings(None, fresh=False)
    assert "SKM_HTTP_PORT" not in Path(".demo/env").read_text(encoding="utf-8")


def test_the_printed_links_and_commands_are_complete() -> None:
    text = links_to_open(demo_settings(8123, fresh=False), NOW, "http://here/kerja")
    assert "http://127.0.0.1:8123/s/PAJANG" in text
    assert "skm report PKMPAJANG 2026-Q4" in text
    assert "set -a; . .demo/env; set +a" in text
    assert "Telegram is off" in text


def test_with_a_token_telegram_is_reported_as_on_without_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SKM_TELEGRAM_TOKEN", "123:secret")
    text = links_to_open(demo_settings(None, fresh=False), NOW, "http://here/kerja")
    assert "Telegram is on" in text
    assert "secret" not in text


# --- as a process of its own ---------------------------------------------------------------------


@pytest.fixture
def demo(
    tmp_path: Path, process_env: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A running `skm demo` and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "stderr").open("w+", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", str(port)],
            cwd=tmp_path,
            env=process_env,
            stderr=stderr,
            text=True,
        )
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def fetched(url: str, process: "subprocess.Popen[str]") -> str:
    """The page, as soon as it is served."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the demo ended")


def test_the_demo_starts_in_an_empty_folder_and_stops_cleanly(
    demo: tuple["subprocess.Popen[str]", str], tmp_path: Path, process_env: dict[str, str]
) -> None:
    process, base = demo
    assert "UPT. Puskesmas Pajang" in fetched(f"{base}/s/PAJANG", process)
    assert "UPT. Puskesmas Pajang" in fetched(f"{base}/hasil/PKMPAJANG", process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) in (0, 130)
    printed = (tmp_path / "stderr").read_text(encoding="utf-8")
    assert f"{base}/s/PAJANG" in printed
    assert f"{base}/hasil/PKMPAJANG" in printed
    assert "Traceback" not in printed
    env = tmp_path / ".demo" / "env"
    assert env.stat().st_mode & 0o077 == 0
    shell = 'set -a; . .demo/env; set +a; "$0" -m bot report kota 2>&1'
    report = subprocess.run(
        ["sh", "-c", f"{shell} {time.strftime('%Y')}", sys.executable],
        cwd=tmp_path, env=process_env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Kota Surakarta (data contoh)" in report.stdout
