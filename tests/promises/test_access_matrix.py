"""Nobody sees another unit: every command × role × place, typed, pressed and as a file.

The matrix is made from COMMANDS, so a new command is in it from its first day. What is expected is
written down here once more, by hand: who reaches what, and which role may what.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.messaging.message import Attachment
from bot.official.commands import COMMANDS, OF_ALL, Command
from bot.request.arguments import own_unit
from bot.request.request import Topic
from skm.instansi.official import AuditEvent
from skm.notices.alert import Alert, AlertKind
from skm.store.database.database import Database
from skm.store.officials import alerts, audit_log
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.officials_city import UNITS, settle

CITY, TODAY = "semua", "2026-11-23"
BELOW = {  # what stands below each unit, itself included
    "DINKES": {"DINKES", "PAJANG", "POSYANDU", "PURWO", "GILING"},
    "PAJANG": {"PAJANG", "POSYANDU"},
    "POSYANDU": {"POSYANDU"},
    "PURWO": {"PURWO"},
    "GILING": {"GILING"},
    "DUKCAPIL": {"DUKCAPIL"},
}
EVERYBODY = {"read", "subscribe"}
MAY = {
    "viewer": EVERYBODY,
    "officer": EVERYBODY | {"export", "follow_up", "paper", "import", "hand_in"},
    "admin": EVERYBODY
    | {"export", "follow_up", "paper", "import", "hand_in", "review", "invite", "manage", "audit"}
    | {"health"},
}
HELD = (None, "DINKES", "PAJANG", "DUKCAPIL")
REFUSAL = (
    "Maaf, peran Anda tidak mencakup permintaan ini; admin di instansi Anda dapat mengubahnya."
)
typed_and_pressed = pytest.mark.parametrize(
    "way", ["typed", pytest.param("pressed", marks=pytest.mark.thorough)]
)
OFFICIALS_ONLY = [command for command in COMMANDS if command.needs]
ABOUT_UNITS = [one for one in OFFICIALS_ONLY if one.read not in (*OF_ALL, own_unit)]


async def a_file(db: Database, topic: Topic) -> Attachment:
    """Stands for every export: what it holds is the unit that was asked for."""
    return Attachment("isi.xlsx", "application/octet-stream", str(topic.subject).encode())


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk.answering_with(exports={"xlsx": a_file})


def reaches(held: str | None, unit: str) -> bool:
    return held is None or unit in BELOW[held]


def strangers(unit: str) -> Iterator[str]:
    """What would give away a unit other than the one asked for and those below it."""
    for other in UNITS:
        if unit != CITY and other.code not in BELOW[unit]:
            yield other.name
            yield f"untuk {other.code}"


async def answer(chat: Chat, typed: str, way: str) -> str:
    """All that is heard, on the screen, on buttons and in files."""
    before = len(chat.screens)
    await (chat.types(typed) if way == "typed" else chat.forges(typed))
    parts = []
    for screen in chat.screens[before:]:
        parts += [screen.text, *(choice.label for choice in screen.choices)]
        if screen.attachment:
            parts.append(screen.attachment.name)
            parts.append(screen.attachment.content.decode("latin-1"))
    return "\n".join(parts)


@typed_and_pressed
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_a_unit_is_shown_to_those_above_it_and_to_nobody_else(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for command in ABOUT_UNITS:
        for unit in (*BELOW, CITY):
            said = await answer(chat, f"/{command.name} {unit} 2026-Q4", way)
            where = f"{role} of {held}: /{command.name} {unit}"
            if command.needs in MAY[role] and reaches(held, unit):
                assert REFUSAL not in said, where
                assert not [name for name in strangers(unit) if name in said], where
            else:
                assert said == REFUSAL, where


@typed_and_pressed
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_a_file_is_made_for_those_who_may_have_it(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for unit in (*BELOW, CITY):
        said = await answer(chat, f"/report {unit} 2026-Q4 xlsx", way)
        if "export" in MAY[role] and reaches(held, unit):
            assert f"{unit} 2026-Q4 xlsx" in said
        else:
            assert said == REFUSAL


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_a_file_is_offered_to_those_who_may_have_it(
    desk: Desk, role: str, held: str | None
) -> None:
    chat = await desk.official(role, held)
    await chat.types("/report 2026-Q4")
    assert ("XLSX" in chat.labels) == ("export" in MAY[role])


@typed_and_pressed
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_what_concerns_everybody_is_for_admins_of_everybody(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for command in OFFICIALS_ONLY:
        if command.read in OF_ALL:
            said = await answer(chat, f"/{command.name}", way)
            allowed = command.needs in MAY[role] and held is None
            assert (said != REFUSAL) == allowed, f"{role} of {held}: /{command.name}"


@typed_and_pressed
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_what_is_mended_is_written_by_officers_of_that_unit(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for unit in (*BELOW, CITY):
        allowed = "follow_up" in MAY[role] and reaches(held, unit)
        for rest in ("", " U3", " U3 rencana", " U3 buka", " U3 tulis Tambah loket"):
            said = await answer(chat, f"/tindaklanjut {unit} 2026-Q3{rest}", way)
            where = f"{role} of {held}: {unit}{rest}"
            assert (said != REFUSAL) == allowed, where
            assert not allowed or not [name for name in strangers(unit) if name in said], where


@typed_and_pressed
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_a_report_is_handed_in_by_its_unit_and_decided_about_above_it(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for unit in BELOW:
        above = reaches(held, unit) and held != unit
        for rest, allowed in {
            "": reaches(held, unit),
            " tulis Antrean lama": "hand_in" in MAY[role] and reaches(held, unit),
            " serahkan v9": "hand_in" in MAY[role] and reaches(held, unit),
            " terima v9": "review" in MAY[role] and above,
            " kembalikan v9 Kurang": "review" in MAY[role] and above,
            " tenggat 30 Desember 2026": "review" in MAY[role] and held is None,
        }.items():
            said = await answer(chat, f"/serah {unit} 2026-Q3{rest}", way)
            where = f"{role} of {held}: {unit}{rest}"
            assert (said != REFUSAL) == allowed, where
            assert not allowed or not [name for name in strangers(unit) if name in said], where


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_ones_own_affairs_are_ones_own(desk: Desk, role: str, held: str | None) -> None:
    chat = await desk.official(role, held)
    for command in OFFICIALS_ONLY:
        if command.read is own_unit:
            said = await answer(chat, f"/{command.name}", "typed")
            assert (said != REFUSAL) == (command.needs in MAY[role])


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_an_alert_is_answered_by_those_who_may_follow_up_its_unit(
    desk: Desk, role: str, held: str | None
) -> None:
    chat = await desk.official(role, held)
    silent = [Alert(AlertKind.SILENT, unit, unit, {"days": "14", "day": TODAY}) for unit in BELOW]
    await desk.db.write(lambda conn: alerts.put(conn, silent, desk.time()))
    listed = await answer(chat, "/siaga", "typed")
    for number, unit in enumerate(BELOW, 1):
        name = next(known.name for known in UNITS if known.code == unit)
        if not reaches(held, unit):
            assert name not in listed
        for verb in ("besok", "alihkan", "terima", "buka"):
            said = await answer(chat, f"/siaga {number} {verb}", "pressed")
            where = f"{role} of {held}: {unit} {verb}"
            assert ("tidak ditemukan" in said) == (not reaches(held, unit)), where
            allowed = "follow_up" in MAY[role] or not reaches(held, unit)
            assert (said != REFUSAL) == allowed, where


@typed_and_pressed
async def test_to_a_citizen_every_command_of_officials_is_closed(desk: Desk, way: str) -> None:
    await desk.official("admin")
    chat = desk.chat()
    for command in OFFICIALS_ONLY:
        said = await answer(chat, f"/{command.name} PAJANG 2026-Q4", way)
        assert said.startswith("Perintah ini untuk petugas yang sudah diundang"), command.name


@pytest.mark.parametrize("role", MAY)
async def test_in_a_group_nothing_is_shown_to_anybody(desk: Desk, role: str) -> None:
    official = await desk.official(role)
    group = Chat(desk, official.user, private=False)
    for command in OFFICIALS_ONLY:
        for way in ("typed", "pressed"):
            said = await answer(group, f"/{command.name} PAJANG 2026-Q4", way)
            assert "Pajang" not in said


async def test_the_log_has_a_line_for_every_report_file_and_refusal(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG")
    reports = [command for command in ABOUT_UNITS if command.event]
    for command in reports:
        await chat.types(f"/{command.name} PAJANG 2026-Q4")
        await chat.types(f"/{command.name} DUKCAPIL 2026-Q4")
    await chat.types("/report PAJANG 2026-Q4 xlsx")
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 100))
    written = [(entry.event, entry.about) for entry in reversed(entries)][1:]
    assert written == [
        *(line for command in reports for line in lines_of(command)),
        (AuditEvent.EXPORT, "/report PAJANG 2026-Q4 xlsx"),
    ]


def lines_of(command: Command) -> list[tuple[AuditEvent, str]]:
    return [
        (AuditEvent.REPORT, f"/{command.name} PAJANG 2026-Q4"),
        (AuditEvent.REFUSED, f"/{command.name} DUKCAPIL 2026-Q4"),
    ]
