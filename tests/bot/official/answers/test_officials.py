"""Removing officials: asked once, confirmed once, checked inside the write, and told."""

import asyncio

import pytest

from bot.messaging.message import Choice
from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log, officials
from tests.tools.chat import Chat, Desk

BUTTON = "Ya, cabut"


async def present(desk: Desk) -> list[int]:
    return [one.id for one in await desk.db.read(officials.listed)]


async def asked(chat: Chat, official: int) -> Choice:
    """The button that confirms."""
    await chat.types(f"/petugas cabut {official}")
    return next(choice for choice in chat.screen.choices if choice.label == BUTTON)


@pytest.mark.parametrize(
    "typed",
    ["/petugas cabut 2 ya", "/petugas cabut 2 #AAAAAAAA", "/petugas cabut 2 yes", "cabut 2 ya"],
)
async def test_no_single_message_removes_anybody(desk: Desk, typed: str) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await desk.official("officer", "PAJANG", "Sri")
    for way in (admin.types, admin.forges):
        await way(typed)
        assert await present(desk) == [1, 2]


async def test_a_confirmation_is_worth_nothing_to_another_admin_or_for_another_official(
    desk: Desk,
) -> None:
    wahyu = await desk.official("admin", None, "Wahyu")
    ratna = await desk.official("admin", None, "Ratna")
    for name in ("Sri", "Budi"):
        await desk.official("officer", "PAJANG", name)
    button = await asked(wahyu, 3)
    await ratna.types(button.data)  # forwarded
    ratna.hears("Cabut akses Sri (Petugas, PAJANG)?", "sudah terpakai atau lewat")
    await wahyu.forges(button.data.replace("cabut 3", "cabut 4"))
    wahyu.hears("Cabut akses Budi")
    await wahyu.forges(button.data)  # used up by the attempt before
    wahyu.hears("Cabut akses Sri")
    assert await present(desk) == [1, 2, 3, 4]
    await wahyu.taps(BUTTON)
    assert await present(desk) == [1, 2, 4]


async def test_a_confirmation_lapses_after_ten_minutes(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await desk.official("officer", "PAJANG", "Sri")
    await asked(admin, 2)
    desk.time.passes(minutes=10)
    await admin.taps(BUTTON)
    admin.hears("lewat waktunya", "Cabut akses Sri")
    assert await present(desk) == [1, 2]


async def test_of_two_admins_who_remove_each_other_at_once_one_stays(desk: Desk) -> None:
    for _ in range(3):
        one = await desk.official("admin", None, "Wahyu")
        two = await desk.official("admin", None, "Ratna")
        first, second = (await present(desk))[-2:]
        await asked(one, second)
        await asked(two, first)
        await asyncio.gather(one.taps(BUTTON), two.taps(BUTTON))
        left = await present(desk)
        assert len({first, second} & set(left)) == 1
        refused = one if first not in left else two
        refused.hears("Perintah ini untuk petugas yang sudah diundang")
    removals = [
        entry
        for entry in await desk.db.read(lambda conn: audit_log.newest(conn, 100))
        if entry.event is AuditEvent.REMOVED
    ]
    assert len(removals) == 3


async def test_a_removed_official_cannot_return_by_an_own_invitation(
    desk: Desk,
) -> None:
    wahyu = await desk.official("admin", None, "Wahyu")
    await wahyu.types("/undang admin")
    token = wahyu.screen.text.partition("start=")[2].split()[0]
    ratna = await desk.official("admin", None, "Ratna")
    await asked(ratna, 1)
    await ratna.taps(BUTTON)
    await wahyu.opens(token)
    wahyu.hears("sudah dipakai atau sudah lewat")
    assert await present(desk) == [2]


async def test_the_log_keeps_the_name_of_that_time_and_says_what_it_was_before(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG", "Sri")
    await sri.types("/ringkas")
    await sri.types("/nama Ibu Admin")
    await sri.types("/ringkas")
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 3))
    assert [(entry.name, entry.official, entry.event, entry.about) for entry in entries] == [
        ("Ibu Admin", 1, AuditEvent.REPORT, "/ringkas PAJANG 2026-Q4"),
        ("Sri", 1, AuditEvent.RENAMED, "Sri → Ibu Admin"),
        ("Sri", 1, AuditEvent.REPORT, "/ringkas PAJANG 2026-Q4"),
    ]
