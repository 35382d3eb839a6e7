"""Trouble under a running server: the person is told, nothing is lost, and it mends itself.

Our server as a process, Telegram as a stand; the disk is full or fails, the file may not be
written, another process holds the lock, the power goes.
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
from tests.serving import Server
from tests.stand.telegram import BotApi
from tests.test_end_to_end import ITEMS, Visitor, same_as_tapped, serving, stored

SORRY = "Maaf, sistem kami sedang terganggu"
PLAN = dict(zip(ITEMS, (1, 2, 3, 4, 4, 3, 2, 1, 3), strict=True))


async def begun(server: Server) -> Visitor:
    """Somebody who has answered two questions."""
    visitor = Visitor(server.api.citizen(), dict(PLAN))
    await visitor.citizen.scans("PAJANG")
    for _ in range(2):
        await visitor.answers()
    return visitor


async def hears_of_it(server: Server, visitor: Visitor) -> None:
    """What they tap now is not acknowledged, and they are told."""
    await visitor.answers()
    assert visitor.citizen.sees.startswith(SORRY)
    assert server.api.updates


async def finishes(server: Server, visitor: Visitor) -> None:
    """It comes again by itself, and the survey goes on where it was."""
    await until(lambda: not server.api.updates and visitor.citizen.screen.rows, 60)
    await visitor.visits()


async def is_whole(server: Server, visitor: Visitor) -> None:
    """Every answer is there as it was tapped; none was asked for again, nobody was told twice."""
    found, tally = await stored(server)
    same_as_tapped([visitor], found, tally)
    assert visitor.asked == ITEMS
    sorry = [m for m in visitor.citizen.chat.messages.values() if m.text.startswith(SORRY)]
    assert len(sorry) == 1
    assert "Traceback" not in server.log


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process holds the lock for longer than we wait."""
    other = sqlite3.connect(server.folder / "skm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def failing(server: Server) -> Iterator[None]:
    """The disk takes no further byte of the database's log."""
    assert server.process
    pid, size = server.process.pid, (server.folder / "skm.db-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(locked, "Another process holds the database"), (failing, "The disk failed while writing")],
)
async def test_while_the_database_takes_nothing_people_are_told_and_then_it_goes_on(
    tmp_path: Path, trouble: Callable[[Server], AbstractContextManager[None]], said: str
) -> None:
    async with serving(tmp_path) as server:
        visitor = await begun(server)
        with trouble(server):
            await hears_of_it(server, visitor)
        await finishes(server, visitor)
        await server.stop()
        await is_whole(server, visitor)
        assert said in server.log


async def test_a_file_that_may_not_be_written_is_told_of_and_still_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await begun(server)
        await server.stop()
        server.database = f"file:{tmp_path / 'skm.db'}?mode=ro&uri=true"
        await server.start()
        await hears_of_it(server, visitor)
        assert "The database file is read-only" in server.log
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{server.url}/s/PAJANG") as page:
                assert page.status == 200
            async with browser.post(f"{server.url}/s/PAJANG/chat") as page:
                assert page.status == 500
                assert "coba lagi" in await page.text()
        await server.stop()
        server.database = ""
        await server.start()
        await finishes(server, visitor)
        await server.stop()
        await is_whole(server, visitor)


SMALL_DISK = """
mount -t tmpfs -o size=4m small "$1" && cp "$2" "$1" && shift 2 && exec "$@"
"""


@pytest.fixture
def small_disk() -> tuple[str, ...]:
    """A command that starts another one in a world of its own, with its own disks."""
    command = ("unshare", "-Urm")
    try:
        subprocess.run([*command, "mount", "-t", "tmpfs", "small", "/mnt"], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody mount a small disk")
    return (*command, "sh", "-c", SMALL_DISK, "sh")


async def test_on_a_full_disk_people_are_told_and_it_goes_on_once_there_is_room(
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
            visitor = await begun(server)
            fill(inside / "filler")
            await hears_of_it(server, visitor)
            (inside / "filler").unlink()
            await finishes(server, visitor)
            for file in inside.glob("skm.db*"):
                shutil.copyfile(file, tmp_path / file.name)
        finally:
            await server.stop()
        server.database = ""
        await is_whole(server, visitor)
        assert "The disk is full: free some space" in server.log


def fill(file: Path) -> None:
    """Until not a byte more goes in."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))


async def test_a_server_that_was_killed_starts_on_what_it_left(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await begun(server)
        await server.stop(signal.SIGKILL)
        assert (tmp_path / "skm.db-wal").stat().st_size > 0
        await server.start()
        await visitor.visits()
        await server.stop()
        assert not (tmp_path / "skm.db-wal").exists()
        found, tally = await stored(server)
    same_as_tapped([visitor], found, tally)
    assert "Traceback" not in server.log
