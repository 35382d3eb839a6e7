"""Every command that changes or hands out something leaves a line in the audit log; others none.

Both tables name every command, so a new one has to say here what it records, or why nothing.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.messaging.message import Attachment
from bot.official.commands import COMMANDS
from bot.request.request import Topic
from skm.instansi.collector import Collector
from skm.instansi.official import AuditEvent, Invitation, Role
from skm.notices.alert import Alert, AlertKind
from skm.notices.delivery import DeliveryKind, DeliveryState, Next, PlannedDelivery
from skm.store.database.database import Database
from skm.store.database.migrate import version_of
from skm.store.officials import alerts, audit_log, deliveries, invitations
from skm.store.survey import collectors, responses, upps
from tests.promises.test_docs import COMMAND_LINE
from tests.promises.test_upgrade import upgrade
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import Desk, a_desk
from tests.tools.command_line import Operator, Skm
from tests.tools.intake import HEADER, line, table
from tests.tools.officials_city import NOW, settle
from tests.tools.recaps import csv_of, row
from tests.tools.store_city import TREE, call, given_by

DAY = date(2026, 11, 3)
MOMENT = datetime(2099, 1, 1, tzinfo=UTC)  # so that the invitation is still open
Line = tuple[AuditEvent, str]

# --- the chat ------------------------------------------------------------------------------------

READING = ("report", "ringkas", "komentar", "peringkat", "layanan", "banding", "grafik")
UNIT = "PAJANG 2026-Q4"
CHAT: dict[str, list[Line]] = {
    **{f"/{name} {UNIT}": [(AuditEvent.REPORT, f"/{name} {UNIT}")] for name in READING},
    "/report pajang tw4 2026 xlsx": [(AuditEvent.EXPORT, f"/report {UNIT} xlsx")],
    "/report pajang tw4 2026 docx": [],  # is not offered here: there was no download
    "/layanan kota": [],  # no figures were shown
    "/grafik pajang 2020": [],
    "/unit pajang": [],  # names of units, no figures
    "/qr pajang": [],  # hangs on the wall
    "/nama Wahyu": [(AuditEvent.RENAMED, "– → Wahyu")],
    "/nama": [],
    "/undang pembaca pajang": [(AuditEvent.INVITED, "viewer PAJANG")],
    "/undang": [],
    "/undang daftar": [],
    "/undang cabut 00000000": [],
    "/petugas": [],
    "/petugas cabut 2": [],  # only asked
    "/petugas cabut 2 ya": [],
    "/kerja": [],  # signing in is recorded when the link is used
    "/langganan": [],
    "/langganan harian 07.00": [
        (
            AuditEvent.SUBSCRIBED,
            "weekly 0 07:30, alerts → daily 0 07:00, weekly 0 07:30, alerts",
        )
    ],
    "/langganan bulanan berhenti": [],  # there was none
    "/langganan siaga mati": [(AuditEvent.SUBSCRIBED, "weekly 0 07:30, alerts → weekly 0 07:30")],
    "/siaga": [],
    "/siaga 1 terima": [(AuditEvent.ALERT, "1 terima")],
    "/siaga 1 besok": [(AuditEvent.ALERT, "1 besok")],
    "/siaga 1 alihkan": [],
    "/siaga 1 buka": [],  # it is open
    "/siaga 9 terima": [],
    "/kesehatan": [],
    "/kesehatan ulang": [(AuditEvent.RESENT, "1")],
    "/tindaklanjut PAJANG 2026-Q3": [],
    "/tindaklanjut PAJANG 2026-Q3 U3 rencana": [],  # nothing is stored before the plan is whole
    "/tindaklanjut PAJANG 2026-Q3 U3 selesai": [],
    "/serah pajang tw3 2026": [],
    "/serah pajang tw3 2026 tulis": [],  # only asked
    "/serah pajang tw3 2026 tulis Antrean lama": [
        (AuditEvent.SUBMISSION, "PAJANG 2026-Q3 write: not_begun → draft")
    ],
    "/serah pajang tw3 2026 serahkan v0": [],  # there is nothing to hand in
    "/serah kota": [],
    "/serah kota tw3 2026 tenggat 30 oktober 2026": [
        (AuditEvent.DEADLINE, "2026-Q3 2026-10-14 → 2026-10-30")
    ],
    "/serah kota tw3 2026 tenggat besok": [],
    "/kertas": [],  # opens a batch, which is recorded when it is stored
    "/kertas simpan": [],
    "/impor": [],
    "/tutup oktober 2026": [],
    "/tutup oktober 2026 ya": [],
    "/tutup": [],
    "/audit": [],  # the log is not logged: it would grow by reading
    "/bahasa": [],
    "/berhenti": [],
    "/salinan": [],
    "/hapus": [],
    "/bantuan": [],
}  # fmt: skip


async def a_file(db: Database, topic: Topic) -> Attachment:
    return Attachment("isi.xlsx", "application/octet-stream", b"isi")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A city with an open alert and a failed message."""
    async with a_desk(database_url) as desk:
        await settle(desk)
        silent = Alert(AlertKind.SILENT, "PAJANG", "x", {"days": "14", "day": str(NOW)})
        await desk.db.write(lambda conn: alerts.put(conn, [silent], desk.time()))
        yield desk.answering_with(exports={"xlsx": a_file})


async def written(db: Database) -> list[Line]:
    """The log, oldest first."""
    entries = await db.read(lambda conn: audit_log.newest(conn, 100))
    return [(entry.event, entry.about) for entry in reversed(entries)]


async def with_a_failed_message(db: Database, desk: Desk) -> None:
    plan = PlannedDelivery("k", DeliveryKind.DIGEST, 1, "2026-W47", desk.time())
    await db.write(lambda conn: deliveries.plan(conn, [plan]))
    failed = partial(
        deliveries.record, delivery=1, then=Next(DeliveryState.FAILED), now=desk.time()
    )
    await db.write(failed)


def test_the_table_has_every_command_of_the_chat() -> None:
    named = {typed.split()[0].removeprefix("/") for typed in CHAT}
    assert named == {command.name for command in COMMANDS} - {"start"}


@pytest.mark.parametrize("typed", CHAT)
async def test_a_command_records_what_it_did_and_nothing_else(desk: Desk, typed: str) -> None:
    admin = await desk.official("admin")
    await desk.official("officer", "PAJANG")
    await with_a_failed_message(desk.db, desk)
    before = len(await written(desk.db))
    await admin.types(typed)
    assert (await written(desk.db))[before:] == CHAT[typed]


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("/report dukcapil tw2 2026", "/report DUKCAPIL 2026-Q2"),
        ("/report dukcapil tw2 2026 xlsx", "/report DUKCAPIL 2026-Q2 xlsx"),
        ("/tutup oktober 2026 ya", "/tutup semua 2026-10"),
        ("/tutup 2025", "/tutup semua 2025"),
        ("/tindaklanjut DUKCAPIL 2026-Q2 U3 buka", "/tindaklanjut DUKCAPIL 2026-Q2"),
    ],
)
async def test_a_refusal_is_recorded_about_what_was_asked_for(
    desk: Desk, typed: str, recorded: str
) -> None:
    officer = await desk.official("officer", "PAJANG")
    await officer.types(typed)
    assert (await written(desk.db))[1:] == [(AuditEvent.REFUSED, recorded)]


# --- the command line ----------------------------------------------------------------------------

NO_DATA = "hands out no data of the database"
CLI: dict[str, Line | str] = {
    "skm report pajang 2026-11": (AuditEvent.REPORT, "skm report PAJANG 2026-11 text"),
    "skm report kota 2026-11 --json": (AuditEvent.REPORT, "skm report semua 2026-11 json"),
    "skm report pajang 2026-11 --format text": (
        AuditEvent.EXPORT, "skm report text PAJANG 2026-11",
    ),
    "skm poster pajang 2026-11 --out p.png": (AuditEvent.EXPORT, "skm poster PAJANG 2026-11"),
    "skm responses export --out r.csv --upp pajang --period 2026-11": (
        AuditEvent.EXPORT, "skm responses export PAJANG 2026-11: 6 responses",
    ),
    "skm collector add pajang --place Loket": (AuditEvent.COLLECTOR, "PAJANG Loket"),
    "skm tickets CODE --out t.csv --count 3": (AuditEvent.TICKETS, "CODE 3"),
    "skm invite --role viewer": (AuditEvent.INVITED, "viewer"),
    "skm login": "there is no official here; tests/bot/cli/commands/test_officials.py",
    "skm invitations --revoke NUMBER": (AuditEvent.REVOKED, "admin (NUMBER)"),
    "skm recount": (AuditEvent.RECOUNTED, "PAJANG"),
    "skm backup b.db": (AuditEvent.BACKED_UP, "b.db"),
    "skm restore b.db --force": (AuditEvent.RESTORED, "b.db"),
    "skm move": "test_a_move_is_recorded_in_both_databases",
    "skm migrate": "test_an_upgrade_is_recorded_with_both_versions",
    "skm purge": "nothing is old here; tests/skm/store/upkeep/test_purge.py",
    "skm deliveries --resend": "nothing failed here; the chat's /kesehatan ulang does the same",
    "skm seed": "test_the_demo_city_is_recorded",
    "skm demo": "the same, in a folder of its own",
    "skm responses import f.csv": (AuditEvent.IMPORTED, "responses 1 f.csv"),
    "skm undo 1": (AuditEvent.UNDONE, "responses 1 f.csv"),
    "skm batches": "lists files, no data",
    "skm upp import": "the log has a line for each batch",
    "skm upp users": "the log names the file",
    "skm recap import": "the same",
    "skm report pajang 2020": (AuditEvent.REPORT, "skm report PAJANG 2020 text"),
    "skm serve": NO_DATA, "skm chat": NO_DATA, "skm doctor": NO_DATA,
    "skm qr": NO_DATA, "skm whatsapp flow": NO_DATA, "skm whatsapp usage": NO_DATA,
    "skm upp list": NO_DATA, "skm collector list": NO_DATA,
    "skm unreadable": "shapes of messages without content",
    "skm verify": "compares, and prints counts",
    "skm drill": "works on a copy, and prints counts",
    "skm audit recap": "reads a file only",
    "skm audit log": "the log is not logged: it would grow by reading",
    "skm paper form": "empty forms",
    "skm paper read": "the log has a line for each batch; test_sheets.py",
    "skm paper answer": "the same",
    "skm paper waiting": "lists serials and questions, no answers",
    "skm paper check": "reads files only",
    "skm setup": "several lines: tests/bot/cli/commands/setup/test_command.py",
}  # fmt: skip


@pytest.fixture
def skm(operator: Operator, tmp_path: Path) -> Skm:
    """`skm` of a deployment with six responses, a broken rollup and a file to import.

    Its database is SQLite, since every command writes the log in the same way.
    """
    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    skm = operator.deployed(url)
    assert skm("migrate").code == 0
    (tmp_path / "f.csv").write_bytes(table(HEADER, line()))

    async def fill() -> None:
        rows = [(given_by(f"r{number}", 3), DAY) for number in range(6)]
        async with Database.open(url) as db:
            await db.write(call(upps.put, TREE))
            await db.write(call(responses.insert_many, rows, SKM9))
            ticketed = Collector("LOKET7", "PAJANG", ticketed=True)
            await db.write(call(collectors.add, ticketed, MOMENT))
            await db.write(call(invitations.create, Invitation(Role.ADMIN), MOMENT))
            await db.write(lambda conn: conn.execute(text("UPDATE tally SET n = n + 1")))

    asyncio.run(fill())
    return skm


def files_to_import() -> dict[str, str]:
    nine = ",".join(f"u{number}" for number in range(1, 10))
    return {
        "upp.csv": "code,name,parent,population\nBARU,Unit Baru,,\n",
        "rows.csv": f"upp,submitted_at,{nine}\nPAJANG,2026-11-20{',3' * 9}\n",
        "recap.csv": csv_of([row()]).decode(),
    }


def log_of(url: str) -> list[Line]:
    async def read() -> list[Line]:
        async with Database.open(url) as db:
            return await written(db)

    return asyncio.run(read())


def test_the_table_has_every_command_of_the_command_line() -> None:
    named = {one for one in COMMAND_LINE if any(f"{typed} ".startswith(f"{one} ") for typed in CLI)}
    assert named == set(COMMAND_LINE)


def test_a_command_of_the_operator_records_what_it_did(skm: Skm, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    number = skm("invitations").out.split()[0]
    for name, content in files_to_import().items():
        Path(name).write_text(content, encoding="utf-8")
    for typed, expected in CLI.items():
        if isinstance(expected, str):
            continue
        event, about = expected
        before = log_of(url)
        ended = skm(*typed.replace("NUMBER", number).replace("CODE", "LOKET7").split()[1:])
        assert ended.code == 0, f"{typed}: {ended.err}"
        if event is AuditEvent.RESTORED:  # the log of the restored database, taken before its line
            before = [line for line in before if line[0] is not AuditEvent.BACKED_UP]
        about = about.replace("NUMBER", number).replace("CODE", "LOKET7")
        if event is AuditEvent.COLLECTOR:
            about = f"{ended.out.strip()} {about}"
        assert log_of(url) == [*before, (event, about)], typed


@pytest.mark.parametrize(
    "typed",
    [
        "report nowhere 2026",
        "report pajang 2026 --format pdf",
        "responses export --out r.txt",
        "responses export --out r.csv --upp nowhere",
        "collector add nowhere",
        "tickets PAJANG --out t.csv",
        "invitations --revoke 00000000",
        "backup no-folder/b.db",
        "purge",
        "purge --dry-run",
        "deliveries --resend",
        "migrate",
    ],
)
def test_a_command_that_did_nothing_records_nothing(skm: Skm, tmp_path: Path, typed: str) -> None:
    skm(*typed.split())
    assert log_of(f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}") == []


def test_a_move_is_recorded_in_both_databases(
    skm: Skm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = (f"sqlite+aiosqlite:///{tmp_path / name}" for name in ("skm.db", "new.db"))
    skm("recount")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{target}\n"))
    ended = skm("move", "--to", "-")
    assert ended.code == 0, ended.err
    line = (AuditEvent.MOVED, "sqlite → sqlite")
    assert [log_of(url)[-1] for url in (source, target)] == [line, line]


@pytest.mark.parametrize(
    "url",
    ["postgresql+asyncpg://skm:geheim@db/skm", "postgresql+asyncpg://db/skm?password=geheim"],
)
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_password_among_the_arguments_is_refused(skm: Skm, option: str, url: str) -> None:
    ended = skm("move", option, url, *(["--to", "-"] if option == "--from" else []))
    assert ended.code == 1
    assert "can read the arguments of a command" in ended.err
    assert "geheim" not in ended.err + ended.out


def test_an_upgrade_is_recorded_with_both_versions(operator: Operator, tmp_path: Path) -> None:
    upgrade(tmp_path / "old.db", "0016")
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    head = version_of(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    assert operator.deployed(url)("migrate").code == 0
    now = version_of(url)
    assert log_of(url) == ([(AuditEvent.MIGRATED, f"{head} → {now}")] if head != now else [])


def test_the_demo_city_is_recorded(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> None: ...

    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    skm = operator.deployed(url)
    skm("migrate")
    for part in (
        "seed_city",
        "_close_quarters",
        "follow_up",
        "hand_in",
    ):  # what it holds is tested elsewhere
        monkeypatch.setattr(f"bot.cli.commands.demo.{part}", nothing)
    assert skm("seed").code == 0
    assert log_of(url) == [(AuditEvent.SEEDED, "Pemerintah Daerah")]
