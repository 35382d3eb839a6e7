"""The log: every line says when, how bad and where, and none says what must not be said."""

import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import httpx
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.running.logs import HIDDEN, Redaction, configure, one_entry
from bot.running.settings import Settings

TOKEN = "123456:AAE-a_token/that+must not leak"
SAID = "antre lama, kata warga"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR) [\w.]+: .+")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    kept = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = kept
    sys.excepthook = hook
    logging.captureWarnings(False)
    for name in ("bot", "skm", "httpx", "httpcore", "aiohttp", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def logged(form: str = "text", level: str = "DEBUG", secrets: tuple[str, ...] = ()) -> io.StringIO:
    out = io.StringIO()
    configure(form, level, secrets, out)
    return out


def test_a_line_for_people_says_when_how_bad_where_and_what() -> None:
    out = logged()
    logging.getLogger("bot.inbox").info("Took %d.", 3, extra={"channel": "web"})
    assert LINE.fullmatch(out.getvalue().strip())
    assert out.getvalue().endswith(" INFO bot.inbox: Took 3. channel=web\n")


def test_a_line_for_programs_is_an_object_with_its_fields() -> None:
    out = logged("json")
    logging.getLogger("bot.inbox").warning('Took "%s".\nTwo lines', "é", extra={"channel": "web"})
    [line] = out.getvalue().splitlines()
    event = json.loads(line)
    assert event.pop("time").endswith("Z")
    assert event == {
        "level": "WARNING", "logger": "bot.inbox", "message": 'Took "é".\nTwo lines',
        "channel": "web",
    }  # fmt: skip


def test_only_we_speak_at_the_level_that_was_asked_for() -> None:
    out = logged(level="DEBUG")
    for name in ("bot.app", "skm.store", "aiosqlite", "sqlalchemy.engine.Engine", "httpx"):
        logging.getLogger(name).debug("heard from %s", name)
    heard = [line.rpartition(" ")[2] for line in out.getvalue().splitlines()]
    assert heard == ["bot.app", "skm.store"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_logged_by_its_place_and_type_without_its_message(form: str) -> None:
    out = logged(form)
    try:
        raise ValueError(SAID)
    except ValueError:
        logging.getLogger("apscheduler").exception("Job failed")
    assert "ValueError" in out.getvalue()
    assert "test_logs.py" in out.getvalue()
    assert SAID not in out.getvalue()


async def test_a_failed_task_without_a_waiter_is_logged_without_its_message() -> None:
    out = logged()

    async def fails() -> None:
        raise ValueError(SAID)

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    assert "Task exception was never retrieved" in out.getvalue()
    assert SAID not in out.getvalue()


def test_an_error_that_ends_the_process_is_logged_in_the_same_format() -> None:
    out = logged(secrets=(TOKEN,))
    error = RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    sys.excepthook(RuntimeError, error, None)
    assert "CRITICAL bot: Stopped by an error." in out.getvalue()
    assert "api.telegram.org" not in out.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_token_even_where_clients_log_their_addresses(form: str) -> None:
    """httpx logs each address at INFO; were it heard, the token would still not be."""
    out = logged(form, secrets=(TOKEN,))
    for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot{quote(TOKEN, safe='')}/getMe"
    async with httpx.AsyncClient() as client, aiohttp.ClientSession() as session:
        await client.get(url)
        async with session.get(url) as response:
            logging.getLogger("aiohttp.client").debug("%s %r", response.url, response.headers)
    await runner.cleanup()
    logging.getLogger("bot").info("as it is: %s", TOKEN, extra={"token": TOKEN})
    assert "getMe" in out.getvalue()
    assert HIDDEN in out.getvalue()
    for spelled in (TOKEN, quote(TOKEN, safe=""), TOKEN.split(":")[1]):
        assert spelled not in out.getvalue()


@given(st.text(st.characters(max_codepoint=0x3FF), min_size=6), st.text("абвгд ", max_size=9))
def test_no_secret_gets_through_whatever_it_is_made_of(secret: str, around: str) -> None:
    assert Redaction([secret])(f"{around}{secret}{around}") == f"{around}{HIDDEN}{around}"


@given(st.text())
def test_a_message_cannot_forge_a_line_of_the_log(said: str) -> None:
    first, *further = one_entry(said).split("\n")
    assert all(line.startswith("    ") for line in further)
    assert len(one_entry(said).splitlines()) <= 1 + said.count("\n")
    assert "\x1b" not in first


def test_every_secret_of_the_settings_is_known_to_the_log() -> None:
    names = [name for name, field in Settings.model_fields.items() if "Secret" in str(field)]
    given: Any = {name: f"{name}-is-secret-{'x' * 32}" for name in names}
    settings = Settings(
        _env_file=None,
        whatsapp_phone_id="1",
        whatsapp_number="62811",
        database_url="postgresql+asyncpg://skm:p%40ssword@db/skm",
        **given,
    )
    assert set(given.values()) <= set(settings.secrets)
    assert {"p%40ssword", "p@ssword"} <= set(settings.secrets)
