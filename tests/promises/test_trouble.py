"""Disk and database failures under a running server: users get an apology, no answer is lost, and
the server recovers by itself.

A server process and a Telegram stand; the disk is full or fails, the file is read-only, another
process holds the lock, the power goes.
"""

import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.bot.telegram.conftest import until
from tests.stand.outside import OUTSIDE
from tests.stand.telegram import BotApi
from tests.tools.serving import Server, telegram_server
from tests.tools.visitors import ITEMS, Visitor, assert_stored_as_planned, plans_of, stored

SORRY = "Maaf, sistem kami sedang terganggu"
PLAN = dict(zip(ITEMS, (1, 2, 3, 4, 4, 3, 2, 1, 3), strict=True))


async def visitor_after_two_answers(server: Server) -> Visitor:
    visitor = Visitor(server.api.citizen(), dict(PLAN))
    await visitor.citizen.scans("PAJANG")
    for _ in range(2):
        await visitor.answers()
    return visitor


async def answer_fails(server: Server, visitor: Visitor) -> None:
    """The next tap is answered with an apology and not acknowledged to Telegram."""
    await visitor.answers()
    assert visitor.citizen.sees.startswith(SORRY)
    assert server.api.updates


async def finishes(server: Server, visitor: Visitor) -> None:
    """The failed update is delivered again, and the survey continues where it was."""
    await until(lambda: not server.api.updates and visitor.citizen.screen.rows, 60)
    await visitor.visits()


async def assert_complete(server: Server, visitor: Visitor) -> None:
    """Every answer is stored as tapped, no question was asked twice, one apology was sent."""
    found, tally = await stored(server.database_url)
    assert_stored_as_planned(plans_of([visitor]), found, tally)
    assert visitor.asked == ITEMS
    messages = visitor.citizen.chat.messages.values()
    assert sum(message.text.startswith(SORRY) for message in messages) == 1
    assert "Traceback" not in server.log


@contextmanager
def locked_database(server: Server) -> Iterator[None]:
    """Another process holds the write lock for longer than the busy timeout."""
    other = sqlite3.connect(server.folder / "skm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def failing_disk(server: Server) -> Iterator[None]:
    """Every write beyond the present end of the database's log fails."""
    assert server.process
    pid, size = server.process.pid, (server.folder / "skm.db-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.mark.parametrize(
    ("failure", "logged"),
    [
        (locked_database, "Another process holds the database"),
        (failing_disk, "The disk failed while writing"),
    ],
)
async def test_while_nothing_can_be_written_users_get_an_apology_and_then_surveys_continue(
    tmp_path: Path, failure: Callable[[Server], AbstractContextManager[None]], logged: str
) -> None:
    async with telegram_server(tmp_path) as server:
        visitor = await visitor_after_two_answers(server)
        with failure(server):
            await answer_fails(server, visitor)
        await finishes(server, visitor)
        await server.stop()
        await assert_complete(server, visitor)
        assert logged in server.log


@pytest.mark.thorough
async def test_a_read_only_database_still_serves_pages_and_answers_with_an_apology(
    tmp_path: Path,
) -> None:
    async with telegram_server(tmp_path) as server:
        visitor = await visitor_after_two_answers(server)
        await server.stop()
        server.database = f"file:{tmp_path / 'skm.db'}?mode=ro&uri=true"
        await server.start()
        await answer_fails(server, visitor)
        assert "The database file is read-only" in server.log
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{server.url}/s/PAJANG") as page:
                assert page.status == 200
            async with browser.post(f"{server.url}/s/PAJANG/chat") as page:
                assert page.status == 503
                assert "coba lagi" in await page.text()
        await server.stop()
        server.database = ""
        await server.start()
        await finishes(server, visitor)
        await server.stop()
        await assert_complete(server, visitor)


async def test_a_login_page_in_telegrams_place_keeps_the_server_running_and_loses_no_answer(
    tmp_path: Path,
) -> None:
    async with BotApi() as api:
        server = Server(tmp_path, api)
        await server.set_up()
        for method in ("getMe", "deleteWebhook", "getUpdates", "setMyCommands"):
            api.goes_wrong(method, OUTSIDE["a login page"])
        await server.start()
        visitor = await visitor_after_two_answers(server)
        api.goes_wrong("getUpdates", OUTSIDE["half a body"])
        api.goes_wrong("editMessageText", OUTSIDE["an error with status 200"])
        await visitor.visits()
        await server.stop()
        found, tally = await stored(server.database_url)
        assert_stored_as_planned(plans_of([visitor]), found, tally)
        assert "Traceback" not in server.log


SMALL_DISK = """
mount -t tmpfs -o size=4m small "$1" && cp "$2" "$1" && shift 2 && exec "$@"
"""


@pytest.fixture
def small_disk() -> tuple[str, ...]:
    """A command prefix that starts a program in a mount namespace with a 4 MB disk."""
    command = ("unshare", "-Urm")
    try:
        subprocess.run([*command, "mount", "-t", "tmpfs", "small", "/mnt"], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting in a user namespace is not allowed here")
    return (*command, "sh", "-c", SMALL_DISK, "sh")


async def test_on_a_full_disk_users_get_an_apology_and_surveys_continue_once_there_is_space(
    tmp_path: Path, small_disk: tuple[str, ...]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    async with BotApi() as api:
        server = Server(tmp_path, api)
        await server.set_up()
        server.database = str(disk / "skm.db")
        server.under = (*small_disk, str(disk), str(tmp_path / "skm.db"))
        await server.start()
        assert server.process
        inside = Path(f"/proc/{server.process.pid}/root{disk}")
        try:
            visitor = await visitor_after_two_answers(server)
            fill(inside / "filler")
            await answer_fails(server, visitor)
            (inside / "filler").unlink()
            await finishes(server, visitor)
            for file in inside.glob("skm.db*"):
                shutil.copyfile(file, tmp_path / file.name)
        finally:
            await server.stop()
        server.database = ""
        await assert_complete(server, visitor)
        assert "The disk is full: free some space" in server.log


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))


@pytest.mark.thorough
async def test_a_killed_server_recovers_the_log_it_left(tmp_path: Path) -> None:
    async with telegram_server(tmp_path) as server:
        visitor = await visitor_after_two_answers(server)
        await server.stop(signal.SIGKILL)
        assert (tmp_path / "skm.db-wal").stat().st_size > 0
        await server.start()
        await visitor.visits()
        await server.stop()
        assert not (tmp_path / "skm.db-wal").exists()
        found, tally = await stored(server.database_url)
    assert_stored_as_planned(plans_of([visitor]), found, tally)
    assert "Traceback" not in server.log
