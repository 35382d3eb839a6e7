"""Invitations that were not used yet are listed and can be revoked, in the chat."""

from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log
from tests.tools.chat import Desk


async def test_an_admin_sees_the_open_invitations_and_revokes_one(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/undang")
    await admin.taps("Undangan terbuka")
    admin.hears("Tidak ada undangan yang belum terpakai")
    await admin.types("/undang admin")
    token = admin.screen.text.partition("start=")[2].split()[0]
    await desk.invitation("officer", "PAJANG")
    await admin.types("/undang daftar")
    admin.hears(
        "belum terpakai: 2",
        "Admin, Seluruh instansi, dari Wahyu, berlaku sampai 30 November 2026",
        "Petugas, PAJANG, dari Pengelola sistem",
    )
    [line] = [line for line in admin.screen.text.split("\n") if "Admin, " in line]
    number = line.partition(":")[0]
    await admin.taps(f"Cabut {number}")
    admin.hears(f"Undangan {number} sudah dicabut")
    stranger = await desk.chat().opens(token)
    stranger.hears("sudah dipakai atau sudah lewat")
    await admin.types(f"/undang cabut {number}")
    admin.hears("Undangan itu tidak ada")
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 9))
    revoked = [entry.about for entry in entries if entry.event is AuditEvent.REVOKED]
    assert revoked == [f"admin ({number})"]


async def test_the_log_names_who_invited_an_official(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/undang pembaca dinkes")
    await desk.chat().opens(admin.screen.text.partition("start=")[2].split()[0])
    await admin.types("/audit")
    admin.hears("terdaftar Pembaca DINKES ← 1 Wahyu")
