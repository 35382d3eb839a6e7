"""Posters as an operator makes them, and as a camera and a reader see them on paper."""

import asyncio
import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageColor
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.catalog import Catalog
from skm.figures.ikm import Mutu
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.output.charts.palette import BANDS
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.survey import collectors, responses, upps
from tests.documents.office import needs_poppler, pictures_of
from tests.skm.survey.test_instrument import SKM9
from tests.tools.command_line import Operator
from tests.tools.store_city import DAY, NOW, given_by

BASE = "https://survei.kota.example.go.id"
PRINTER = 150  # dots an inch: worse than any printer of an office
LONG = (
    "Dinas Pemberdayaan Perempuan dan Perlindungan Anak serta Pengendalian Penduduk"
    " dan Keluarga Berencana"
)
# What KECIL has to keep back is hidden behind TAMAN, the next larger one.
UNITS = [
    Upp("DINAS", LONG), Upp("PASAR", "Pasar"), Upp("KECIL", "Kios Kecil"), Upp("TAMAN", "Taman"),
]  # fmt: skip
WAYS = [
    Collector("K7M2PQ", "DINAS", "Pelayanan Rekomendasi Perizinan Kemasyarakatan", "Loket 12"),
    Collector("PASAR", "PASAR"),
    Collector("4TFJF6", "PASAR", "Sewa Kios", "Kantor pasar, lantai 2"),
    Collector("WWWWWWWWWWWW", "KECIL", "Umum", "Meja depan"),
]

Skm = Callable[..., str]


async def settle(url: str) -> None:
    async def work(conn: AsyncConnection) -> None:
        await upps.put(conn, UNITS)
        for way in WAYS:
            await collectors.add(conn, way, NOW)
        people = [
            given_by(
                f"R{n}", 3 + n % 2, "DINAS" if n < 40 else "KECIL", layanan=WAYS[0].layanan,
                profile={"gender": "female" if n % 3 else "male",
                         "education": ("sma", "s1", "sd")[n % 3] if n else "s2"},
            )
            for n in range(44)
        ]  # fmt: skip
        people += [given_by(f"T{n}", 4, "TAMAN") for n in range(6)]
        await responses.insert_many(conn, [(one, DAY) for one in people], SKM9)

    async with Database.open(url) as db:
        await db.write(work)


@pytest.fixture
def skm(tmp_path: Path, operator: Operator) -> Skm:
    """The command; it returns what it said."""
    url = f"sqlite+aiosqlite:///{tmp_path}/skm.db"
    migrate(url)
    asyncio.run(settle(url))
    operator.deployed(url)
    operator.sets(public_url=BASE, instansi="Kota Contoh")

    def run(*arguments: str) -> str:
        ended = operator.skm(*arguments)
        assert not ended.code, ended.err
        return ended.out

    return run


def pages(file: str) -> list[str]:
    """The text of each page, spaces and line breaks made one space."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(file).pages]


# --- at the desk ---------------------------------------------------------------------------------


@needs_poppler
@pytest.mark.office
@pytest.mark.parametrize("size", ["a4", "a5", "tent"])
def test_every_desk_gets_a_page_that_a_camera_reads(skm: Skm, tmp_path: Path, size: str) -> None:
    assert skm("qr", "--all", "--poster", size, "--out", "p.pdf") == "Written to p.pdf.\n"
    printed = pictures_of(tmp_path / "p.pdf", tmp_path, PRINTER)
    read = [zxingcpp.read_barcodes(Image.open(page)) for page in printed]
    assert all(len(found) == (2 if size == "tent" else 1) for found in read)
    seen = [{one.text for one in found} for found in read]
    assert sorted(map(sorted, seen)) == sorted([f"{BASE}/s/{way.code}"] for way in WAYS)


@pytest.mark.parametrize("size", ["a4", "a5", "tent"])
def test_it_says_where_it_hangs_and_what_to_do_without_a_camera(skm: Skm, size: str) -> None:
    skm("qr", "--all", "--poster", size, "--out", "p.pdf")
    catalog, names = Catalog.load(), {unit.code: unit.name for unit in UNITS}
    found = pages("p.pdf")
    assert len(found) == len(WAYS)
    for way in WAYS:
        (page,) = (page for page in found if f"Kode: {way.code} " in f"{page} ")
        for said in (names[way.upp], way.layanan, way.place):
            assert said in page
        for language in catalog.languages:
            scan = catalog.say(language, "desk.scan", total=9)
            typed = catalog.say(language, "desk.type", url=BASE.removeprefix("https://"))
            assert scan in page
            assert typed in page


@pytest.mark.parametrize(("size", "points"), [("a4", (595, 842)), ("a5", (420, 595)),
                                               ("tent", (595, 842))])  # fmt: skip
def test_it_has_the_size_of_the_paper(skm: Skm, size: str, points: tuple[int, int]) -> None:
    skm("qr", "K7M2PQ", "--poster", size, "--out", "p.pdf")
    (page,) = PdfReader("p.pdf").pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == points


def test_only_one_units_desks(skm: Skm) -> None:
    skm("qr", "--all", "--upp", "pasar", "--out", "p.pdf")
    assert len(pages("p.pdf")) == 2


def test_made_again_it_is_the_same(skm: Skm) -> None:
    skm("qr", "--all", "--out", "one.pdf")
    skm("qr", "--all", "--out", "two.pdf")
    assert Path("one.pdf").read_bytes() == Path("two.pdf").read_bytes()


def test_interrupted_it_leaves_the_one_before_as_it_was(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    skm("qr", "--all", "--out", "p.pdf")
    before, there = Path("p.pdf").read_bytes(), set(Path().iterdir())

    def stop(*given: object) -> None:
        Path(str(given[0])).touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", stop)
    with pytest.raises(AssertionError):  # it ends with something else than 0
        skm("qr", "--all", "--poster", "a5", "--out", "p.pdf")
    assert Path("p.pdf").read_bytes() == before
    assert set(Path().iterdir()) == there


def test_on_a_terminal_a_bar_shows_how_far_it_is(skm: Skm) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "bot", "qr", "--all", "--out", "p.pdf"]
    home = str(Path(__file__).parents[2])
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": home, "TERM": "xterm", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(terminal)
    shown = os.read(screen, 100_000).decode()
    os.close(screen)
    assert "Drawing" in shown
    assert "100%" in shown
    assert done.stdout == b"Written to p.pdf.\n"


# --- for the public ------------------------------------------------------------------------------


def test_the_publication_poster_says_what_the_regulation_asks_for(skm: Skm) -> None:
    skm("poster", "dinas", "2026-Q4", "--out", "p.pdf")
    (page,) = pages("p.pdf")
    for said in (
        "Kota Contoh", "Hasil Survei Kepuasan Masyarakat", LONG, WAYS[0].layanan,
        "Triwulan IV 2026", "Indeks Kepuasan Masyarakat 87,50", "B Baik", "Responden: 40",
        "Jenis kelamin Perempuan 26 Laki-laki 14", "Pendidikan", "Terima kasih",
    ):  # fmt: skip
        assert said in page


def test_a_small_group_on_it_is_withheld_and_cannot_be_derived(skm: Skm) -> None:
    """One person has a master's degree; the next larger group is hidden with them."""
    skm("poster", "dinas", "2026-Q4", "--out", "p.pdf")
    (page,) = pages("p.pdf")
    assert "S2 atau S3 kurang dari 5" in page
    assert page.count("tidak dirinci") >= 1
    assert "Kelompok di bawah 5 responden tidak ditampilkan." in page


@pytest.mark.parametrize(("unit", "said"), [("kecil", "Responden: kurang dari 5"),
                                             ("pasar", "Responden: 0")])  # fmt: skip
def test_of_a_small_unit_it_says_that_there_is_no_figure(skm: Skm, unit: str, said: str) -> None:
    skm("poster", unit, "2026-Q4", "--out", "p.pdf")
    (page,) = pages("p.pdf")
    assert "Indeks Kepuasan Masyarakat data tidak tersedia" in page
    assert said in page
    assert "," not in page.partition("Indeks")[2].partition("Terima")[0]


def test_as_a_picture_it_is_one_page_to_share(skm: Skm) -> None:
    skm("poster", "dinas", "2026-Q4", "--out", "p.png")
    picture = Image.open(io.BytesIO(Path("p.png").read_bytes()))
    assert (picture.format, picture.size) == ("PNG", (1240, 1754))
    assert picture.convert("RGB").getpixel((620, 480)) == ImageColor.getrgb(BANDS[Mutu.B].fill)
