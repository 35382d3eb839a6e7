"""Pictures for the README: real conversations of the demo city, drawn as a phone shows them.

`python -m tests.pictures OUT_FOLDER` needs Chromium (Debian: chromium). The words, figures and
charts are those of the running code; only the bubbles around them are ours.
"""

import asyncio
import base64
import html
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from bot.messaging.message import Outbound
from bot.scheduled.digests import Digests
from skm.demo.seed import seed
from skm.notices.delivery import Delivery, DeliveryKind, DeliveryState, PlannedDelivery
from skm.store.officials import officials
from tests.tools.chat import DRAWING, Chat, Desk, a_desk

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
UNIT, CODE = "PKMPAJANG", "PAJANG2"
STYLE = """
body{margin:0;background:#dfe7e4;font:17px/1.38 "Noto Sans","DejaVu Sans",sans-serif;width:392px}
main{padding:12px}
.in,.out{border-radius:14px;padding:9px 12px;margin:0 0 6px;white-space:pre-line;max-width:340px}
.in{background:#fff}.out{background:#d8f2cf;margin-left:auto;width:fit-content}
img{display:block;width:calc(100% + 24px);margin:-9px -12px 8px;border-radius:14px 14px 0 0}
.row{display:flex;gap:5px;margin:0 0 5px;max-width:364px}
.row b{flex:1;text-align:center;font-weight:400;background:#7f9a95;color:#fff;border-radius:9px;
padding:7px 4px;font-size:15px}
"""


def bubble(said: Outbound) -> str:
    """A message of ours with its picture and its buttons."""
    picture = ""
    if said.attachment:
        data = base64.b64encode(said.attachment.content).decode()
        picture = f'<img src="data:image/png;base64,{data}" alt="">'
    rows = "".join(
        f'<div class="row">{"".join(f"<b>{html.escape(c.label)}</b>" for c in row)}</div>'
        for row in said.rows
    )
    return f'<div class="in">{picture}{html.escape(said.text)}</div>{rows}'


def page(parts: Iterable[str]) -> str:
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><main>{''.join(parts)}</main>"


async def citizen(desk: Desk) -> list[str]:
    """A survey's first and last screens."""
    chat = await desk.chat().opens("PAJANG")
    first = bubble(chat.screen)
    await chat.answers_all(3)
    await chat.taps("Lewati semua")
    return [first, bubble(chat.screen)]


async def report(chat: Chat) -> list[str]:
    await chat.types("/report puskesmas pajang tw4 2026")
    return ['<div class="out">/report puskesmas pajang tw4 2026</div>', bubble(chat.screen)]


async def digest(desk: Desk) -> list[str]:
    [sri] = [o for o in await desk.db.read(officials.listed) if o.name == "Sri"]
    plan = PlannedDelivery("k", DeliveryKind.DIGEST, sri.id, "2026-W47", NOW)
    due = Delivery(1, plan, DeliveryState.CLAIMED, 1, NOW)
    digests = Digests(desk.db, desk.instansi, DRAWING, desk.inbox.instrument)
    return [bubble(await digests.compose(due, sri))]


FILE = """\
REKAP KUESIONER PUSKESMAS PAJANG
No;Unit;Tanggal;Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi;Perilaku;Sarana;Pengaduan
1;UPT Puskesmas Pajang;16/11/2026;4;3;3;4;3;3;4;3;4
2;UPT Puskesmas Pajang;16/11/2026;3;3;2;4;3;4;4;2;3
3;UPT Puskesmas Pajang;17/11/2026;Sangat sesuai;Mudah;Cepat;Gratis;Sesuai;Kompeten;Sopan;Baik;c
4;Puskesmas Pajang;17/11/2026;3;3;3;4;3;3;5;3;3
Jumlah;;;13;12;11;16;12;13;15;11;13
"""


async def brought(chat: Chat) -> list[str]:
    """A file of answers, as it is shown before it is stored."""
    await chat.sends_a_file(FILE.encode(), "rekap-november.csv")
    return ['<div class="out">rekap-november.csv</div>', bubble(chat.screen)]


async def everything(folder: Path) -> dict[str, str]:
    async with a_desk(folder, empty=True) as desk:
        desk.time.at = NOW
        await seed(desk.db, desk.inbox.instrument, zone=desk.instansi.zone, now=NOW)
        sri = await desk.official("officer", UNIT, "Sri")
        try:
            return {
                "citizen": page(await citizen(desk)),
                "report": page(await report(sri)),
                "digest": page(await digest(desk)),
                "import": page(await brought(sri)),
            }
        finally:
            DRAWING.close()


def main(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pages = asyncio.run(everything(Path(folder)))
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        shown = browser.new_page(viewport={"width": 392, "height": 400}, device_scale_factor=2)
        for name, content in pages.items():
            shown.set_content(content)
            shown.screenshot(path=out / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
