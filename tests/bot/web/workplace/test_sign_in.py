"""Signing in to the officials' pages: once, within five minutes, for as long as one is official."""

import pytest

from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log, officials
from tests.bot.web.citizen import Citizen
from tests.tools.chat import Desk
from tests.tools.officials_city import settle

SIGN_IN = "Ketik /kerja di obrolan bot"


async def link(desk: Desk, role: str = "admin", unit: str | None = None) -> str:
    """The path of a link that an official gets in the chat."""
    await settle(desk)
    chat = await (await desk.official(role, unit)).types("/kerja")
    return "/kerja/masuk/" + chat.screen.text.split("/kerja/masuk/")[1].split()[0]


async def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(
    desk: Desk, base: str, citizen: Citizen
) -> None:
    path = await link(desk)
    await citizen.opens(path)
    async with Citizen(base) as preview:  # a messenger that draws a preview of the link
        await preview.opens(path)
        assert preview.status == 200
    await citizen.presses("Masuk")
    citizen.sees("Yang perlu perhatian")
    async with Citizen(base) as other:
        await other.opens(path)
        other.sees(SIGN_IN)
        assert (await other.client.post(path)).status_code == 403
    events = [e.event for e in await desk.db.read(lambda conn: audit_log.newest(conn, 9))]
    assert AuditEvent.SIGNED_IN in events


async def test_a_link_expires_after_five_minutes(desk: Desk, citizen: Citizen) -> None:
    path = await link(desk)
    desk.time.passes(minutes=5, seconds=1)
    await citizen.opens(path)
    citizen.sees(SIGN_IN)
    assert (await citizen.client.post(path)).status_code == 403


async def test_without_a_session_every_page_says_how_to_sign_in(citizen: Citizen) -> None:
    for path in ("/kerja", "/kerja/unit", "/kerja/unit/PAJANG", "/kerja/catatan", "/kerja/sesi"):
        await citizen.opens(path)
        assert citizen.status == 401
        citizen.sees(SIGN_IN)
        assert citizen.got.headers["cache-control"] == "private, no-store"


async def test_a_removed_official_is_out_at_once(desk: Desk, citizen: Citizen) -> None:
    await citizen.opens(await link(desk))
    await citizen.presses("Masuk")
    [official] = await desk.db.read(officials.listed)
    await desk.db.write(lambda conn: officials.remove(conn, official.id, desk.time()))
    await citizen.opens("/kerja")
    assert citizen.status == 401


async def test_sessions_are_listed_and_ended(desk: Desk, base: str, citizen: Citizen) -> None:
    await citizen.opens(await link(desk))
    await citizen.presses("Masuk")
    await citizen.opens("/kerja/sesi")
    citizen.sees("Perangkat ini")
    await citizen.presses("Keluar")
    assert citizen.status == 401


async def test_an_unused_session_ends_after_a_week(desk: Desk, citizen: Citizen) -> None:
    await citizen.opens(await link(desk))
    await citizen.presses("Masuk")
    desk.time.passes(days=6, hours=23)
    await citizen.opens("/kerja")
    assert citizen.status == 200
    desk.time.passes(days=7, hours=1)
    await citizen.opens("/kerja")
    assert citizen.status == 401


@pytest.mark.parametrize("sent", [{}, {"form_key": "forged", "session": "1"}])
async def test_a_form_that_our_page_did_not_send_changes_nothing(
    desk: Desk, citizen: Citizen, sent: dict[str, str]
) -> None:
    await citizen.opens(await link(desk))
    await citizen.presses("Masuk")
    for path in ("/kerja/sesi", "/kerja/keluar"):
        assert (await citizen.client.post(path, data=sent)).status_code == 403
    await citizen.opens("/kerja")
    assert citizen.status == 200
