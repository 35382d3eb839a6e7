"""Alerts: who may act on them, and that what was done can be seen and taken back."""

from datetime import timedelta

from skm.instansi.official import AuditEvent
from skm.notices.alert import Alert, AlertKind
from skm.store.officials import alerts, audit_log
from tests.tools.chat import Chat, Desk

SILENT = Alert(AlertKind.SILENT, "PAJANG", "pajang", {"days": "14", "day": "2026-11-09"})


async def raised(desk: Desk) -> None:
    await desk.db.write(lambda conn: alerts.put(conn, [SILENT], desk.time()))


async def recorded(desk: Desk) -> list[str]:
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 100))
    return [entry.about for entry in reversed(entries) if entry.event is AuditEvent.ALERT]


async def test_a_viewer_sees_an_alert_and_cannot_close_it(desk: Desk) -> None:
    viewer = await desk.official("viewer", "PAJANG", "Tamu")
    await raised(desk)
    await viewer.types("/siaga")
    viewer.hears("tidak ada responden selama 14 hari")
    assert viewer.labels == []
    for verb in ("terima", "besok", "alihkan", "kepada 1", "buka"):
        await viewer.forges(f"/siaga 1 {verb}")
        viewer.hears("peran Anda tidak mencakup")
    found = await desk.db.read(lambda conn: alerts.by_id(conn, 1))
    assert found
    assert (found.acknowledged_at, found.official) == (None, None)
    assert await recorded(desk) == []


async def test_an_alert_is_handed_only_to_those_who_may_act_on_it(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG", "Sri")
    await desk.official("viewer", "PAJANG", "Tamu")
    await raised(desk)
    await sri.types("/siaga 1 alihkan")
    sri.hears("Belum ada petugas lain")
    await sri.types("/siaga 1 kepada 2")
    sri.hears("Belum ada petugas lain")
    assert await recorded(desk) == []


async def test_a_taken_alert_can_be_seen_and_opened_again(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG", "Sri")
    wahyu: Chat = await desk.official("admin", None, "Wahyu")
    await raised(desk)
    await sri.types("/siaga")
    await sri.taps("Saya tangani")
    await wahyu.types("/siaga 1 terima")
    wahyu.hears("sudah ditangani oleh Sri")
    await wahyu.types("/siaga")
    wahyu.hears("Sudah ditangani", "1. Puskesmas Pajang:", "Ditangani oleh Sri")
    await wahyu.taps("Buka lagi no. 1")
    due = await desk.db.read(lambda conn: alerts.due(conn, desk.time()))
    assert [one.official for one in due] == [None]
    await wahyu.types("/siaga 1 kepada 1")
    await wahyu.types("/siaga 1 buka")  # it is open: nothing happens
    assert await recorded(desk) == ["1 terima", "1 #1 terima → buka", "1 – → #1"]


async def test_an_alert_that_was_taken_long_ago_is_not_listed(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG", "Sri")
    await raised(desk)
    await sri.types("/siaga 1 terima")
    desk.time.at += timedelta(days=31)
    await sri.types("/siaga")
    sri.hears("Tidak ada siaga yang belum ditanggapi")
