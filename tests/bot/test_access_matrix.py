"""Nobody sees another unit: every command × role × place, typed, pressed and as a file.

The matrix is made from COMMANDS, so a new command is in it from its first day. What is expected is
written down here once more, by hand: who reaches what, and which role may what.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.ask import Ask
from bot.commands import COMMANDS, Command
from bot.message import Attachment
from bot.officials import Officials
from bot.subject import oneself, whole
from skm.alert import Alert, AlertKind
from skm.official import Deed
from skm.store import alerts, log
from tests.bot.city import UNITS, settle
from tests.chat import Chat, Desk, a_desk

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
    "officer": EVERYBODY | {"export", "follow_up"},
    "admin": EVERYBODY | {"export", "follow_up", "invite", "manage", "audit", "health"},
}
HELD = (None, "DINKES", "PAJANG", "DUKCAPIL")
REFUSAL = (
    "Maaf, peran Anda tidak mencakup permintaan ini; admin di instansi Anda dapat mengubahnya."
)
OFFICIALS_ONLY = [command for command in COMMANDS if command.needs]
ABOUT_UNITS = [command for command in OFFICIALS_ONLY if command.read not in (whole, oneself)]


async def a_file(ask: Ask) -> Attachment:
    """Stands for every export: what it holds is the unit that was asked for."""
    return Attachment("isi.xlsx", "application/octet-stream", str(ask.subject).encode())


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        inbox = desk.inbox
        officials = Officials(replace(inbox.officials.desk, exports={"xlsx": a_file}))
        yield replace(desk, inbox=replace(inbox, officials=officials))


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
            parts += [screen.attachment.name, screen.attachment.alt]
            parts.append(screen.attachment.content.decode("latin-1"))
    return "\n".join(parts)


@pytest.mark.parametrize("way", ["typed", "pressed"])
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


@pytest.mark.parametrize("way", ["typed", "pressed"])
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


@pytest.mark.parametrize("way", ["typed", "pressed"])
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_what_concerns_everybody_is_for_admins_of_everybody(
    desk: Desk, role: str, held: str | None, way: str
) -> None:
    chat = await desk.official(role, held)
    for command in OFFICIALS_ONLY:
        if command.read is whole:
            said = await answer(chat, f"/{command.name}", way)
            allowed = command.needs in MAY[role] and held is None
            assert (said != REFUSAL) == allowed, f"{role} of {held}: /{command.name}"


@pytest.mark.parametrize("way", ["typed", "pressed"])
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


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_ones_own_affairs_are_ones_own(desk: Desk, role: str, held: str | None) -> None:
    chat = await desk.official(role, held)
    for command in OFFICIALS_ONLY:
        if command.read is oneself:
            said = await answer(chat, f"/{command.name}", "typed")
            assert (said != REFUSAL) == (command.needs in MAY[role])


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("role", MAY)
async def test_an_alert_is_answered_by_those_who_may_see_its_unit(
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
        said = await answer(chat, f"/siaga {number} terima", "pressed")
        assert ("tidak ditemukan" in said) == (not reaches(held, unit)), unit


@pytest.mark.parametrize("way", ["typed", "pressed"])
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
    reports = [command for command in ABOUT_UNITS if command.deed]
    for command in reports:
        await chat.types(f"/{command.name} PAJANG 2026-Q4")
        await chat.types(f"/{command.name} DUKCAPIL 2026-Q4")
    await chat.types("/report PAJANG 2026-Q4 xlsx")
    entries = await desk.db.read(lambda conn: log.newest(conn, 100))
    written = [(entry.deed, entry.about) for entry in reversed(entries)][1:]
    assert written == [
        *(line for command in reports for line in lines_of(command)),
        (Deed.EXPORT, "/report PAJANG 2026-Q4 xlsx"),
    ]


def lines_of(command: Command) -> list[tuple[Deed, str]]:
    return [
        (Deed.REPORT, f"/{command.name} PAJANG 2026-Q4"),
        (Deed.REFUSED, f"/{command.name} DUKCAPIL 2026-Q4"),
    ]
